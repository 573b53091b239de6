import type { Sample } from '#model/sample.ts';
import { runDelayMs } from './run-delay.ts';

/** The threads are read no more often, and the more rarely the longer they tell the same. */
const INTERVAL_MS = 100;
const LONGEST_INTERVAL_MS = 400;
const SAME_CORES = 0.2;
/** Whoever waits for so much is kept from its processor, by however much more. */
const MANY_CORES = 0.5;
/** What was read longer ago says nothing of now. */
const LONGEST_MS = 2500;
const USEC_PER_MS = 1000;

/**
 * How many cores a program would use beside those that it is given, but for other programs on the
 * machine: its threads wait for them in the scheduler's queue. What its own quota holds back is told
 * as throttling, and not counted here. Lifecycle: (look)*, while it seems to wait.
 */
export class Contention {
  readonly #processIds: () => readonly number[];
  #atMs = Number.NaN;
  #cpuUsec = Number.NaN;
  #delayMs = 0;
  #throttledUsec = 0;
  #cores = 0;
  #intervalMs = INTERVAL_MS;

  constructor(processIds: () => readonly number[]) {
    this.#processIds = processIds;
  }

  /** Cores that it waits for; 0 while there are no two looks to compare. */
  look(sample: Sample, nowMs: number): number {
    const sinceMs = nowMs - this.#atMs;
    if (sinceMs < this.#intervalMs) return this.#cores;
    // Nobody's turn came, so nobody's wait ended: idle instances cost a comparison.
    if (sample.cpuUsecTotal === this.#cpuUsec) {
      this.#atMs = nowMs;
      this.#intervalMs = INTERVAL_MS;
      return (this.#cores = 0);
    }
    this.#cpuUsec = sample.cpuUsecTotal;
    const delayMs = runDelayMs(this.#processIds());
    const throttledMs = (sample.throttledUsecTotal - this.#throttledUsec) / USEC_PER_MS;
    // Threads that ended took their waiting with them.
    const waitedMs = Math.max(0, delayMs - this.#delayMs - Math.max(0, throttledMs));
    const cores = sinceMs <= LONGEST_MS ? waitedMs / sinceMs : 0;
    const isSame = sinceMs <= LONGEST_MS && areSame(cores, this.#cores);
    this.#intervalMs = isSame ? Math.min(LONGEST_INTERVAL_MS, this.#intervalMs * 2) : INTERVAL_MS;
    this.#cores = cores;
    this.#atMs = nowMs;
    this.#delayMs = delayMs;
    this.#throttledUsec = sample.throttledUsecTotal;
    return this.#cores;
  }
}

function areSame(one: number, other: number): boolean {
  return Math.abs(one - other) <= SAME_CORES || Math.min(one, other) >= MANY_CORES;
}
