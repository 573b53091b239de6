import type { Sample } from '#model/sample.ts';
import { runDelayMs } from './run-delay.ts';

/** The threads are read no more often. */
const INTERVAL_MS = 100;
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

  constructor(processIds: () => readonly number[]) {
    this.#processIds = processIds;
  }

  /** Cores that it waits for; 0 while there are no two looks to compare. */
  look(sample: Sample, nowMs: number): number {
    const sinceMs = nowMs - this.#atMs;
    if (sinceMs < INTERVAL_MS) return this.#cores;
    // Nobody's turn came, so nobody's wait ended: idle instances cost a comparison.
    if (sample.cpuUsecTotal === this.#cpuUsec) {
      this.#atMs = nowMs;
      return (this.#cores = 0);
    }
    this.#cpuUsec = sample.cpuUsecTotal;
    const delayMs = runDelayMs(this.#processIds());
    const throttledMs = (sample.throttledUsecTotal - this.#throttledUsec) / USEC_PER_MS;
    // Threads that ended took their waiting with them.
    const waitedMs = Math.max(0, delayMs - this.#delayMs - Math.max(0, throttledMs));
    this.#cores = sinceMs <= LONGEST_MS ? waitedMs / sinceMs : 0;
    this.#atMs = nowMs;
    this.#delayMs = delayMs;
    this.#throttledUsec = sample.throttledUsecTotal;
    return this.#cores;
  }
}
