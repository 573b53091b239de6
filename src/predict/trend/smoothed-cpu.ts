import type { Sample } from '#model/sample.ts';

/** Smooths CPU over two or three readings: the kernel charges CPU time once per 4 ms tick. */
const SMOOTHING_MS = 50;

/** Cores in use, as far as they can be told. Lifecycle: (observe | forget)*. */
export class SmoothedCpu {
  /** The newest reading as it is, while nothing else counts. */
  cores = 0;
  isKnown = true;
  #sinceMs = Number.NEGATIVE_INFINITY;

  observe({ atMs, intervalMs, cpuCoresUsed }: Sample): void {
    if (intervalMs <= 0) return;
    if (!this.isKnown) this.cores = cpuCoresUsed;
    if (atMs - intervalMs < this.#sinceMs) return;
    this.isKnown = true;
    this.cores += (cpuCoresUsed - this.cores) * Math.min(1, intervalMs / SMOOTHING_MS);
  }

  /** CPU used before does not count. */
  forget(nowMs: number): void {
    this.#sinceMs = nowMs;
    this.isKnown = false;
  }
}
