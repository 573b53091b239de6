import { ofName } from './by-name.ts';
import type { CallGraph } from './call-graph.ts';
import { repetitionsAround } from './repeated.ts';
import { coresOf } from './sites/parallel-cores.ts';
import type { Call, Survey, Unit } from './survey.ts';
import type { Values } from './bounds/values.ts';

/** Cores beside the one of the program that it may keep busy; without them, as many as there are. */
export type Parallel = { readonly line: number; readonly what: string; readonly cores?: number };

/** Starts one thread or process, which works beside the one that started it. */
const ONE =
  /(^|\.)(j?thread|Thread|Timer|Process|Worker|async|fork|vfork|pthread_create|thrd_create|spawn\w*|new|start|Run|StartNew|startVirtualThread|ofVirtual|supplyAsync|runAsync|newSingleThread\w*)$/;
/** Tasks that take turns in one thread, and what only waits for tasks that others have started. */
const TAKES_TURNS =
  /^asyncio\.|^Promise\.|^Task\.When|^CompletableFuture\.allOf$|^tokio\.join$|(^|\.)join(_all)?$/;

/** What makes the program run on several cores or wait for several things at once. */
export function parallelism(
  { units, spec }: Survey,
  { graph, values }: { readonly graph: CallGraph; readonly values: Values },
): (unit: Unit) => Parallel[] {
  // Most programs start nothing: made when the first one does.
  let repeated: ReadonlySet<Unit> | undefined;
  const isRepeated = (call: Call) => {
    if (repetitionsAround(call) > 0) return true;
    repeated ??= repeatedUnits(units, graph);
    return repeated.has(call.unit);
  };
  const alongside = spec.runsAlongside;
  const namesAt = (call: Call): readonly string[] => {
    if (isSpawned(call)) return ['tasks'];
    if (alongside === undefined) return namesOf(call.named);
    return alongside(call.node) ? ['processes'] : NONE;
  };
  // A command in the background is one process, unless it is there to start several.
  const isOne = (call: Call) =>
    isSpawned(call) ||
    (alongside === undefined ? ONE.test(call.name) : namesOf(call.named).length === 0);
  return (unit) => {
    const found: Parallel[] = [];
    for (const call of unit.calls) {
      const names = namesAt(call);
      if (names.length === 0) continue;
      const manner = { isRepeated: isRepeated(call), isOne: isOne(call) };
      const cores = coresBeside(call, manner, values);
      const known = cores === undefined ? {} : { cores };
      for (const what of names) found.push({ line: call.node.line, what, ...known });
    }
    return found;
  };
}

const NONE: readonly string[] = [];

const namesOf = ofName((called, { library }) => {
  const fitting = library.parallel.filter(({ callee }) => callee.test(called));
  return fitting.length === 0 ? NONE : fitting.map(({ name }) => name);
});

/** `go f(x)` */
function isSpawned({ node }: Call): boolean {
  return node.parent?.role === 'spawn';
}

function coresBeside(
  call: Call,
  { isRepeated, isOne }: { readonly isRepeated: boolean; readonly isOne: boolean },
  values: Values,
): number | undefined {
  if (TAKES_TURNS.test(call.name)) return 0;
  if (isRepeated) return undefined;
  if (isOne) return 1;
  const cores = coresOf(call, { unit: call.unit, values });
  return typeof cores === 'number' && cores > 1 ? cores : undefined;
}

/** Called from a loop or in a circle, and what those call. */
function repeatedUnits(units: readonly Unit[], graph: CallGraph): ReadonlySet<Unit> {
  const found = new Set(units.filter((unit) => graph.cycles.has(unit)));
  for (const [call, target] of graph.targetOf) if (repetitionsAround(call) > 0) found.add(target);
  for (const unit of found) for (const callee of graph.callees.get(unit) ?? []) found.add(callee);
  return found;
}
