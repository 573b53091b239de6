import type { PlaceHistory, PlaceVisit, PlaceVisits } from '#model/phase.ts';
import { chanceToEnd } from './chance-to-end.ts';

/** Enough for a 90th percentile that follows a change. */
const KEPT_DURATIONS = 16;
const MOST_FOLLOWERS = 8;
/** Of one run; a loop may come by a thousand times. */
const MOST_VISITS = 64;
/** What one visit used is a peak; a visit that used less brings it down by this share. */
const DECAY = 0.2;

/**
 * What one place of the code has cost: how long its visits lasted, what they used, where they led.
 * Lifecycle: enter → (observe …) → leave, again and again.
 */
export class PlaceStats {
  readonly key: string;
  readonly durationsMs: number[];
  cpuCores: number;
  grownBytes: number;
  ingressBitsPerSecond: number;
  egressBitsPerSecond: number;
  readonly next: Map<string, number>;
  /** Of this run alone. */
  readonly #visits: PlaceVisit[] = [];
  readonly #ledTo = new Map<string, number>();
  /** Working sets that the last visits of this run ended with, at their highest. */
  #reached = Number.NaN;
  #reachedBefore = Number.NaN;

  constructor(known: PlaceHistory) {
    this.key = known.key;
    this.durationsMs = [...known.durationsMs].slice(-KEPT_DURATIONS);
    this.cpuCores = known.cpuCores;
    this.grownBytes = known.grownBytes;
    this.ingressBitsPerSecond = known.ingressBitsPerSecond;
    this.egressBitsPerSecond = known.egressBitsPerSecond;
    this.next = new Map(Object.entries(known.next).slice(0, MOST_FOLLOWERS));
  }

  get visits(): number {
    return this.durationsMs.length;
  }

  /** A visit has ended. */
  learn(visit: PlaceVisit): void {
    if (this.#visits.length < MOST_VISITS) this.#visits.push(visit);
    if (this.durationsMs.length >= KEPT_DURATIONS) this.durationsMs.shift();
    this.durationsMs.push(visit.durationMs);
    this.cpuCores = follow(this.cpuCores, visit.cpuCores);
    this.grownBytes = follow(this.grownBytes, visit.grownBytes);
    this.ingressBitsPerSecond = follow(this.ingressBitsPerSecond, visit.ingressBitsPerSecond);
    this.egressBitsPerSecond = follow(this.egressBitsPerSecond, visit.egressBitsPerSecond);
  }

  /** The most that was used during the visit that has ended. */
  reach(bytes: number): void {
    this.#reachedBefore = this.#reached;
    this.#reached = bytes;
  }

  /**
   * More than that the next visit will not reach: as much as the last one, and as much more as that was
   * beyond the one before. What a program gives back between visits is not added up by this. Infinite
   * before two visits of this run.
   */
  get mostBytes(): number {
    if (Number.isNaN(this.#reachedBefore)) return Number.POSITIVE_INFINITY;
    return this.#reached + Math.max(0, this.#reached - this.#reachedBefore);
  }

  /** Where the run went from here. Rare followers give way to new ones. */
  leadTo(key: string): void {
    const times = this.next.get(key);
    if (times === undefined && this.next.size >= MOST_FOLLOWERS) this.#forgetRarest();
    this.next.set(key, (times ?? 0) + 1);
    if (this.#ledTo.has(key) || this.#ledTo.size < MOST_FOLLOWERS)
      this.#ledTo.set(key, (this.#ledTo.get(key) ?? 0) + 1);
  }

  /**
   * How likely a visit that has lasted so long ends before `untilMs`: as earlier ones did, or, where those
   * are spread, as what lies between them says; a visit longer than all before is due for a while.
   * Examples: visits of 300, 310 and 900 ms, after 290 ms two of three end within the next 50 ms; visits
   * of 500 and 600 ms, after 550 ms 30 of the 50 ms that are left lie within the next 30 ms.
   */
  chanceToEnd(elapsedMs: number, untilMs: number): number {
    return chanceToEnd(this.durationsMs, elapsedMs, untilMs);
  }

  /** What this run did here, for those to come. */
  visitsOfRun(): PlaceVisits {
    return { key: this.key, visits: this.#visits, next: Object.fromEntries(this.#ledTo) };
  }

  #forgetRarest(): void {
    const [rarest] = [...this.next].sort(([, one], [, other]) => one - other)[0] ?? [];
    if (rarest !== undefined) this.next.delete(rarest);
  }
}

function follow(known: number, seen: number): number {
  return seen >= known ? seen : known + (seen - known) * DECAY;
}
