import type { PlaceHistory, PlaceVisits } from '#model/phase.ts';
import type { Sample } from '#model/sample.ts';
import { PlaceStats } from './place-stats.ts';

/** A program with more places than that is not learned beyond the first of them. */
const MOST_PLACES = 256;

/** Readings of a few milliseconds show one thread on two cores: CPU time is charged per 4 ms tick. */
const CPU_SMOOTHING_MS = 50;

/** What may come next, and how likely it is. */
export type Following = { readonly stats: PlaceStats; readonly chance: number };

/**
 * Learns the way of a run through its code, place by place: in this run, and from past ones.
 * Lifecycle: (move | observe)* → end → visits.
 */
export class Places {
  readonly #known = new Map<string, PlaceStats>();
  #current: PlaceStats | undefined;
  #enteredMs = 0;
  #enteredBytes = 0;
  #visit = newVisit();
  #coresMean = 0;
  /** Looks tell where the run is some time after it has come there, and what CPU it used. */
  #isLate = false;
  /** Of this place, unless the next look finds the run elsewhere. */
  #sinceLook = newVisit();
  #bytesAtLook = 0;

  constructor(past: readonly PlaceHistory[]) {
    for (const known of past.slice(0, MOST_PLACES))
      this.#known.set(known.key, new PlaceStats(known));
  }

  get current(): PlaceStats | undefined {
    return this.#current;
  }

  elapsedMs(nowMs: number): number {
    return this.#current === undefined ? 0 : nowMs - this.#enteredMs;
  }

  /**
   * The run was seen at a place. `ranCores`: what that used since the run was last seen, where looks
   * come late and tell it; else readings do.
   */
  move(key: string, sample: Sample, nowMs: number, ranCores?: number): void {
    if (this.#current?.key === key) most(this.#visit, this.#sinceLook);
    else this.#enter(key, sample, nowMs);
    this.#visit.cpuCores = Math.max(this.#visit.cpuCores, ranCores ?? 0);
    this.#isLate = ranCores !== undefined;
    this.#sinceLook = newVisit();
    this.#bytesAtLook = sample.memoryWorkingSetBytes;
  }

  /**
   * A reading, which counts for the place that the run is in. Where looks come late, it does so when
   * the next one finds the run there still.
   */
  observe(sample: Sample): void {
    const visit = this.#isLate ? this.#sinceLook : this.#visit;
    if (!this.#isLate) this.#observeCpu(sample);
    const grownBytes = sample.memoryWorkingSetBytes - this.#enteredBytes;
    visit.grownBytes = Math.max(visit.grownBytes, grownBytes);
    visit.ingressBitsPerSecond = Math.max(visit.ingressBitsPerSecond, sample.ingressBitsPerSecond);
    visit.egressBitsPerSecond = Math.max(visit.egressBitsPerSecond, sample.egressBitsPerSecond);
  }

  #observeCpu({ intervalMs, cpuCoresUsed, cpuCoresThrottled }: Sample): void {
    const weight = Math.min(1, intervalMs / CPU_SMOOTHING_MS);
    // Throttled demand is demand, or a place that was held back once would be for ever. The kernel tells
    // all of it when it ends: no more of it than runs, or one thread, is believed of one reading.
    const throttled = Math.min(cpuCoresThrottled, Math.max(1, cpuCoresUsed));
    this.#coresMean += (cpuCoresUsed + throttled - this.#coresMean) * weight;
    this.#sinceLook.cpuCores = Math.max(this.#sinceLook.cpuCores, this.#coresMean);
  }

  /** Memory that earlier visits added to what this place was entered with. */
  expectedBytes(): number {
    const current = this.#current;
    if (current === undefined) return 0;
    return Math.min(this.#enteredBytes + current.grownBytes, current.mostBytes);
  }

  /** What followed the present place in the past, likeliest first. */
  following(): readonly Following[] {
    const current = this.#current;
    if (current === undefined) return [];
    const times = [...current.next.values()].reduce((sum, count) => sum + count, 0);
    return [...current.next]
      .flatMap(([key, count]) => {
        const stats = this.#known.get(key);
        return stats === undefined ? [] : [{ stats, chance: count / times }];
      })
      .sort((one, other) => other.chance - one.chance);
  }

  /** Where this run was; call it after `end`. */
  visits(): readonly PlaceVisits[] {
    return [...this.#known.values()]
      .map((stats) => stats.visitsOfRun())
      .filter(({ visits }) => visits.length > 0);
  }

  /** The last visit is one, too. */
  end(sample: Sample, nowMs: number): void {
    if (!this.#isLate) most(this.#visit, this.#sinceLook);
    this.#leave(undefined, sample, nowMs);
    this.#current = undefined;
  }

  #enter(key: string, sample: Sample, nowMs: number): void {
    this.#leave(key, sample, nowMs);
    this.#current = this.#placeOf(key);
    this.#enteredMs = nowMs;
    const { memoryWorkingSetBytes } = sample;
    // What was added since the last look, the new place has added: the old one has ended.
    this.#enteredBytes = this.#isLate
      ? Math.min(this.#bytesAtLook, memoryWorkingSetBytes)
      : memoryWorkingSetBytes;
    this.#visit = newVisit();
    this.#coresMean = 0;
  }

  #leave(key: string | undefined, sample: Sample, nowMs: number): void {
    if (this.#current === undefined) return;
    this.observe(sample);
    // Threads that began with the next place, seen before the look that tells of it, are not of this one.
    if (this.#visit.cpuCores === 0) this.#visit.cpuCores = this.#sinceLook.cpuCores;
    this.#current.learn({ ...this.#visit, durationMs: nowMs - this.#enteredMs });
    this.#current.reach(this.#enteredBytes + this.#visit.grownBytes);
    if (key !== undefined) this.#current.leadTo(key);
  }

  #placeOf(key: string): PlaceStats | undefined {
    const known = this.#known.get(key);
    if (known !== undefined || this.#known.size >= MOST_PLACES) return known;
    const stats = new PlaceStats({ ...newVisit(), key, durationsMs: [], next: {} });
    this.#known.set(key, stats);
    return stats;
  }
}

type Visit = ReturnType<typeof newVisit>;
const VISIT_KEYS = [
  'cpuCores',
  'grownBytes',
  'ingressBitsPerSecond',
  'egressBitsPerSecond',
] as const;

function most(visit: Visit, other: Visit): void {
  for (const key of VISIT_KEYS) visit[key] = Math.max(visit[key], other[key]);
}

function newVisit() {
  return { cpuCores: 0, grownBytes: 0, ingressBitsPerSecond: 0, egressBitsPerSecond: 0 };
}
