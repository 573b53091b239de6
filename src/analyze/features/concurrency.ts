import type { Deadline } from '#analyze/deadline.ts';
import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { CallGraph } from './call-graph.ts';
import { ofName } from './by-name.ts';
import { argumentsOf } from './callee.ts';
import { isLoop } from './loop-parts.ts';
import type { Call, Survey, Unit } from './survey.ts';

/** Take several things that are under way, or start them in threads, processes or tasks. */
const COLLECTORS =
  /^Promise\.(all|allSettled|race|any)$|(^|\.)(gather|create_task|ensure_future|as_completed|start_soon|TaskGroup|submit|imap|imap_unordered|starmap|map_async|apply_async|invokeAll|supplyAsync|runAsync|WhenAll|WhenAny|join_all|try_join_all|allOf|anyOf|parallel_map)$|^asyncio\.wait$|^(tokio|thread|std\.thread|task)\.spawn$|^Parallel\.\w+$|^threading\.Thread$|^Thread(\.new|\.start)?$|^(std\.)?(async|j?thread)$/;
const POOL = /pool|executor|\.parallel(Stream)?\(/i;
const POOL_METHOD = /\.(map|forEach|execute|mapPar)$/;
/** Of what is kept; what is longer is an expression. */
const LONGEST_NAME = 200;
const ADDERS = /\.(append|push|add)$/;

/** Which calls run while others of their kind are under way. */
export class Concurrency {
  readonly #units: readonly Unit[];
  readonly #graph: CallGraph;
  readonly #deadline: Deadline;
  readonly #runsAlongside: LanguageSpec['runsAlongside'];
  readonly #collectorCalls: ReadonlyMap<Unit, readonly Call[]>;
  readonly #isCollector = new Set<SyntaxNode>();
  /** By unit, what its collectors are given, in words. */
  readonly #collected = new Map<Unit, ReadonlySet<string>>();
  #parallelUnits: ReadonlySet<Unit> | undefined;

  constructor({ units, spec }: Survey, graph: CallGraph, deadline: Deadline) {
    this.#runsAlongside = spec.runsAlongside;
    this.#units = units;
    this.#graph = graph;
    this.#deadline = deadline;
    const collectors: Call[] = [];
    for (const { calls } of units)
      for (const call of calls) {
        const way = mannerOf(call.named);
        if (way === 'collects' || (way === 'of a pool' && isOfPool(call))) collectors.push(call);
      }
    this.#collectorCalls = Map.groupBy(collectors, ({ unit }) => unit);
    for (const all of this.#collectorCalls.values())
      for (const { node } of all) this.#isCollector.add(node);
  }

  /** By what is written around it, or because its whole function runs several times at once. */
  isParallel(call: Call): boolean {
    return this.#isStartedTogether(call) || this.#unitsInParallel().has(call.unit);
  }

  #isStartedTogether({ node, unit }: Call): boolean {
    if (this.#runsAlongside?.(node) === true) return true;
    let isWaitedFor = false;
    for (let around = node.parent; around !== undefined; around = around.parent) {
      // What a closure waits for holds up that closure only.
      if (around.role === 'closure') isWaitedFor = false;
      if (around === unit.node) break;
      if (around.role === 'await') isWaitedFor = true;
      if (isWaitedFor) continue;
      if (this.#startsTogether(around)) return true;
      const kept = keptUnder(around);
      if (kept !== undefined && this.#isCollected(kept, unit)) return true;
    }
    return unit.node.role === 'closure' && this.#isInside(unit.node);
  }

  /** A closure inside a collector's arguments: `Promise.all(urls.map(async (u) => await get(u)))`. */
  #isInside(node: SyntaxNode): boolean {
    for (let around = node.parent; around?.role !== undefined; around = around.parent) {
      if (this.#startsTogether(around)) return true;
      if (around.role === 'function') return false;
    }
    return false;
  }

  /** A whole loop that runs alongside still takes its rounds one by one. */
  #startsTogether(node: SyntaxNode): boolean {
    if (node.role === 'spawn' || this.#isCollector.has(node)) return true;
    const { parent } = node;
    const endsLoop = isLoop(node) || (parent?.end === node.end && isLoop(parent));
    return !endsLoop && this.#runsAlongside?.(node) === true;
  }

  /** `self.tasks` is collected where all of its words are. */
  #isCollected(name: string, unit: Unit): boolean {
    const collected = this.#collected.get(unit) ?? this.#wordsCollectedIn(unit);
    this.#collected.set(unit, collected);
    const words = name.length > LONGEST_NAME ? null : name.match(/[\w$]+/g);
    return words?.every((word) => collected.has(word)) ?? false;
  }

  #wordsCollectedIn(unit: Unit): ReadonlySet<string> {
    const words = this.#deadline.collect(this.#collectorCalls.get(unit) ?? [], (call) =>
      argumentsOf(call.node).flatMap(({ text }) => text.match(/[\w$]+/g) ?? []),
    );
    return new Set(words);
  }

  /** Handed to a pool by name, or called where calls are started together; and what those call. */
  #unitsInParallel(): ReadonlySet<Unit> {
    if (this.#parallelUnits !== undefined) return this.#parallelUnits;
    const handedOver = new Set(
      [...this.#collectorCalls.values()]
        .flat()
        .flatMap((call) => argumentsOf(call.node).map(handedName)),
    );
    const found = new Set(this.#units.filter(({ name }) => handedOver.has(name)));
    for (const [call, target] of this.#graph.targetOf) {
      if (this.#deadline.passed()) break;
      if (!found.has(target) && this.#isStartedTogether(call)) found.add(target);
    }
    for (const unit of found)
      for (const callee of this.#graph.callees.get(unit) ?? []) found.add(callee);
    this.#parallelUnits = found;
    return found;
  }
}

/** By its name alone; of a pool's methods the pool tells. */
const mannerOf = ofName((name): 'collects' | 'of a pool' | undefined => {
  if (COLLECTORS.test(name)) return 'collects';
  return POOL_METHOD.test(name) ? 'of a pool' : undefined;
});

function isOfPool(call: Call): boolean {
  const receiver = call.node.child('object') ?? call.node.child('callee')?.child('object');
  if (receiver === undefined) return false;
  const made = call.unit.assignments.get(receiver.text) ?? [];
  return (
    POOL.test(receiver.text.slice(0, 200)) ||
    made.some(({ value }) => POOL.test(value?.text.slice(0, 200) ?? '')) ||
    isPoolOfWith(receiver)
  );
}

/** `with ThreadPoolExecutor() as ex: ex.map(…)`. */
function isPoolOfWith(receiver: SyntaxNode): boolean {
  for (let around = receiver.parent; around !== undefined; around = around.parent) {
    if (around.role !== 'with') continue;
    const head = around.text.slice(0, 200).split('\n', 1)[0]!;
    if (POOL.test(head) && head.includes(` as ${receiver.text}`)) return true;
  }
  return false;
}

/** `tasks = [get(u) for u in urls]`, `promises.push(get(u))`: what is under way has a name. */
function keptUnder(node: SyntaxNode): string | undefined {
  if (node.role === 'assign') return node.child('left')?.text;
  if (node.role !== 'call') return undefined;
  const callee = node.child('callee');
  const object = node.child('object') ?? callee?.child('object');
  const isAdded =
    object !== undefined &&
    ADDERS.test(`.${callee?.child('property')?.text ?? callee?.text ?? ''}`);
  return isAdded ? object.text : undefined;
}

/** `target=fetch` and `fetch`. */
function handedName(argument: SyntaxNode): string {
  return argument.role === 'argument' ? (argument.children.at(-1)?.text ?? '') : argument.text;
}
