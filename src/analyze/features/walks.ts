import { argumentsOf } from './callee.ts';
import type { CallGraph } from './call-graph.ts';
import { componentsOf } from './components.ts';
import { levelsOf } from './levels.ts';
import type { Part } from './part.ts';
import { partOf } from './parts.ts';
import { readingOn } from './reading-on.ts';
import { branchesOf } from './branches.ts';
import type { Call, Unit } from './survey.ts';

/** How the calls of a circle of functions lead round it. */
export type Circle = {
  readonly callsOf: ReadonlyMap<Unit, readonly Call[]>;
  /** Every way round goes on to a part of what was given, and to none twice. */
  readonly isWalk: boolean;
  /** Every way round goes on to such a part, or through a function that remembers. */
  readonly isRemembered: boolean;
  /** Every way round counts up to a fixed bound. */
  readonly mostLevels: number | undefined;
};

export function circleOf(given: {
  readonly members: ReadonlySet<Unit>;
  readonly graph: CallGraph;
  readonly isMemoised: (unit: Unit) => boolean;
}): Circle {
  const { members, graph, isMemoised } = given;
  const all = [...members];
  const calls = all.flatMap((unit) =>
    unit.calls.filter((call) => members.has(graph.targetOf.get(call)!)),
  );
  const callsOf = Map.groupBy(calls, ({ unit }) => unit);
  const parts = new Map<Call, Part>();
  for (const call of calls) {
    const part = descentOf(call) ?? readingOn(call);
    if (part !== undefined) parts.set(call, part);
  }
  const open = calls.filter((call) => !parts.has(call));
  const meetsOnce = ![...callsOf].some(([unit, own]) => comesTwice(unit, own, { parts, graph }));
  const bound = levelsOf(all);
  const counted = (call: Call) => bound !== undefined && bound.isCounted(call);
  const remembering = new Set(all.filter(isMemoised));
  return {
    callsOf,
    isWalk: parts.size > 0 && meetsOnce && !leadsRound(all, open, graph),
    isRemembered:
      remembering.size > 0 &&
      !leadsRound(
        all,
        open.filter(({ unit }) => !remembering.has(unit)),
        graph,
      ),
    mostLevels: leadsRound(
      all,
      open.filter((call) => !counted(call)),
      graph,
    )
      ? undefined
      : bound?.most,
  };
}

/**
 * The part of what the caller was given that a call goes on to. Where the whole is handed on beside
 * it (`visit(graph, neighbour)`) or reckoned with, the structure does not get smaller.
 */
function descentOf(call: Call): Part | undefined {
  const { node, unit } = call;
  const receiver = node.child('object') ?? node.child('callee')?.child('object');
  const of = receiver === undefined ? THIS : partOf(receiver, unit);
  const given = argumentsOf(node);
  const parts = [of, ...given.map((each) => partOf(each, unit))].filter(
    (part) => part !== undefined,
  );
  const kept = new Set(parts.filter(({ isStrict }) => !isStrict).map(({ root }) => root));
  const reckoned = given.filter(
    (each) => (each.role === 'binary' || each.role === 'dict') && partOf(each, unit) === undefined,
  );
  const names = new Set(reckoned.flatMap(({ text }) => text.match(/[\w$]+/g) ?? []));
  return parts.find(
    ({ isStrict, root, varies }) =>
      isStrict && !kept.has(root) && !names.has(root) && (varies || call.loopDepth === 0),
  );
}

const THIS: Part = { root: 'this', path: '', isStrict: false, varies: false };

/** Functions with more calls of their circle are tables of them. */
const MOST_CALLS = 200;

/** True when one activation goes on to the same part, or to a part of that part, twice. */
function comesTwice(
  unit: Unit,
  own: readonly Call[],
  { parts, graph }: { parts: ReadonlyMap<Call, Part>; graph: CallGraph },
): boolean {
  if (own.length > MOST_CALLS) return false;
  const ways = Map.groupBy(own, (call) => {
    const part = parts.get(call);
    return part === undefined
      ? `${graph.targetOf.get(call)!.id}(${argumentsOf(call.node)
          .map(({ text }) => text)
          .join()}`
      : `${part.root}${part.path}`;
  });
  const isBelow = (way: string, above: string) =>
    way.startsWith(above) && /^$|^[.[(<]/.test(way.slice(above.length));
  const isTwice = (calls: ReadonlySet<Call>) =>
    calls.size > 1 && branchesOf(unit.node, new Set([...calls].map(({ node }) => node))) > 1;
  return [...ways].some(([above, calls]) =>
    [...ways].some(
      ([way, others]) => isBelow(way, above) && isTwice(new Set([...calls, ...others])),
    ),
  );
}

function leadsRound(members: readonly Unit[], calls: readonly Call[], graph: CallGraph): boolean {
  const callees = new Map<Unit, Set<Unit>>(members.map((unit) => [unit, new Set()]));
  for (const call of calls) callees.get(call.unit)!.add(graph.targetOf.get(call)!);
  return componentsOf(members, callees).cycles.size > 0;
}
