/**
 * What a node does when its memory runs out: give back caches, then stop the lowest priority, then end
 * the lowest, so that the kernel never has to choose (docs/decisions/0009-arbiter.md). The choice
 * depends on the residents alone: every controller comes to the same one, and carries out its own part.
 */

/** Reclaiming needs a moment before it shows. */
const RECLAIM_MS = 100;
/** Between one step and the next, to see what the first did; less while it is urgent. */
const STEP_MS = 200;
const URGENT_STEP_MS = 50;
/** A shortage that lasts this long, with others stopped, is not going to end by itself. */
const PATIENCE_MS = 10_000;
/** Of what counts as low. */
const URGENT_SHARE = 0.5;
const CRITICAL_SHARE = 0.25;
/** Whoever was stopped goes on when this much more than low is left, at most half as much again. */
const ENOUGH_BYTES = 64 * 2 ** 20;
const ENOUGH_SHARE = 0.5;

export type Resident = {
  readonly instanceId: string;
  readonly priority: number;
  readonly memoryBytes: number;
  readonly frozen: boolean;
};

export type ReliefStep =
  | { readonly kind: 'reclaim' }
  | { readonly kind: 'freeze' | 'thaw' | 'end'; readonly instanceId: string };

/** The node's shortage over time. Lifecycle: next … for as long as the node has instances. */
export class Relief {
  readonly #lowBytes: number;
  readonly #enoughBytes: number;
  #lowSinceMs = Number.NaN;
  #changedMs = Number.NEGATIVE_INFINITY;
  #known = '';

  constructor(lowBytes: number) {
    this.#lowBytes = lowBytes;
    this.#enoughBytes = lowBytes + Math.min(ENOUGH_BYTES, lowBytes * ENOUGH_SHARE);
  }

  /** A shortage was seen, and its end was not. */
  get isUnderWay(): boolean {
    return !Number.isNaN(this.#lowSinceMs);
  }

  /** The next step, if it is time for one. */
  next(
    residents: readonly Resident[],
    availableBytes: number,
    nowMs: number,
  ): ReliefStep | undefined {
    this.#noteChanges(residents, nowMs);
    const ordered = residents.toSorted(lowestFirst);
    if (availableBytes >= this.#enoughBytes) return this.#recover(ordered, nowMs);
    if (availableBytes >= this.#lowBytes) return undefined;
    if (!this.isUnderWay) {
      this.#lowSinceMs = nowMs;
      return { kind: 'reclaim' };
    }
    return this.#relieve(ordered, availableBytes, nowMs);
  }

  #relieve(
    ordered: readonly Resident[],
    availableBytes: number,
    nowMs: number,
  ): ReliefStep | undefined {
    const isUrgent = availableBytes < this.#lowBytes * URGENT_SHARE;
    const [lowest] = ordered;
    if (!lowest || nowMs - this.#lowSinceMs < (isUrgent ? 0 : RECLAIM_MS)) return undefined;
    if (nowMs - this.#changedMs < (isUrgent ? URGENT_STEP_MS : STEP_MS)) return undefined;
    const isLasting = nowMs - this.#lowSinceMs >= PATIENCE_MS;
    const running = ordered.filter(({ frozen }) => !frozen);
    // The highest goes on: when all stand still, nothing is given back.
    if (running.length > 1 && !isLasting)
      return { kind: 'freeze', instanceId: running[0]!.instanceId };
    // The end of the only one helps nobody here, unless the kernel is about to choose.
    const mayEnd = isLasting && ordered.length > 1;
    if (!mayEnd && availableBytes >= this.#lowBytes * CRITICAL_SHARE) return undefined;
    // What it held comes back with its end: only then is there a reason to choose another.
    this.#lowSinceMs = nowMs;
    this.#changedMs = nowMs;
    return { kind: 'end', instanceId: lowest.instanceId };
  }

  #recover(ordered: readonly Resident[], nowMs: number): ReliefStep | undefined {
    this.#lowSinceMs = Number.NaN;
    const highest = ordered.findLast(({ frozen }) => frozen);
    if (!highest || nowMs - this.#changedMs < STEP_MS) return undefined;
    return { kind: 'thaw', instanceId: highest.instanceId };
  }

  /** Whoever made it, a change is given time to show. */
  #noteChanges(residents: readonly Resident[], nowMs: number): void {
    const stopped = residents.filter(({ frozen }) => frozen).map(({ instanceId }) => instanceId);
    const known = stopped.toSorted().join(' ');
    if (known === this.#known) return;
    this.#known = known;
    this.#changedMs = nowMs;
  }
}

/** Among equals the one whose end gives back most. */
function lowestFirst(a: Resident, b: Resident): number {
  return (
    a.priority - b.priority ||
    b.memoryBytes - a.memoryBytes ||
    (a.instanceId < b.instanceId ? -1 : 1)
  );
}
