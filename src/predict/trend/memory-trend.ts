import { emptyQuantiles, type Quantiles } from '#model/forecast.ts';
import type { Sample } from '#model/sample.ts';
import type { Forecaster } from '../forecaster.ts';
import { SlidingPeak } from './sliding-peak.ts';
import type { TrendSettings } from './trend-settings.ts';

/** A burst of allocation is expected to go on for as long as this after it was last seen. */
const GROWTH_WINDOW_MS = 500;
/** A burst that comes again is followed as fast as a raise is made: it is expected for so many horizons at most. */
const LONGEST_GROWTH_HORIZONS = 5;
const BYTE_RATE_FLOOR = 1e6;
/** What a raise brings back at once need not be kept for long: peaks count for so many horizons at most. */
const LONGEST_PEAK_HORIZONS = 5;

/**
 * Memory goes on growing as fast as it lately did.
 * Example: a working set of 100 MB that lately grew by 1 GB/s, over a horizon of 30 ms with safety 3,
 * is expected to reach 100 MB + 1 GB/s × 0.03 s × 3 = 190 MB at p99. An interpreter that starts up
 * grows by 2 MB in 4 ms, which is 500 MB/s, and then no more: more growth than the window
 * has seen in all is not expected, which steady growth is not held back by after three readings.
 */
export class MemoryTrend implements Forecaster {
  readonly source = 'trend';
  readonly resource = 'memory';
  readonly #settings: TrendSettings;
  readonly #peak: SlidingPeak;
  readonly #growth = new SlidingPeak(GROWTH_WINDOW_MS);
  readonly #quantiles = emptyQuantiles();
  #atMs = 0;
  #bytes = Number.NaN;
  #isStalled = false;
  /** Decaying sum of growth, with the window as its time constant. */
  #grownBytes = 0;
  #growthNow = 0;
  #growthWindowMs = GROWTH_WINDOW_MS;

  constructor(settings: TrendSettings) {
    this.#settings = settings;
    this.#peak = new SlidingPeak(settings.memoryWindowMs);
  }

  /** Bytes per second over the last interval; negative while memory is given back. */
  get growthBytesPerSecond(): number {
    return this.#growthNow;
  }

  observe({ atMs, intervalMs, memoryWorkingSetBytes, memoryStalled }: Sample): void {
    const grownBytes = memoryWorkingSetBytes - this.#bytes;
    this.#atMs = atMs;
    this.#bytes = memoryWorkingSetBytes;
    this.#isStalled = memoryStalled;
    this.#peak.add(atMs, memoryWorkingSetBytes);
    if (Number.isNaN(grownBytes) || intervalMs <= 0) return;
    this.#growthNow = (grownBytes / intervalMs) * 1000;
    this.#grownBytes *= Math.exp(-intervalMs / this.#growthWindowMs);
    this.#grownBytes += Math.max(0, grownBytes);
    this.#growth.add(atMs, this.#growthNow < BYTE_RATE_FLOOR ? 0 : this.#growthNow);
  }

  forecast(horizonMs: number): Readonly<Quantiles> {
    const atMs = this.#atMs;
    const bytes = this.#bytes;
    const into = this.#quantiles;
    this.#peak.windowMs = Math.min(
      this.#settings.memoryWindowMs,
      horizonMs * LONGEST_PEAK_HORIZONS,
    );
    this.#growthWindowMs = Math.min(GROWTH_WINDOW_MS, horizonMs * LONGEST_GROWTH_HORIZONS);
    this.#growth.windowMs = this.#growthWindowMs;
    const growthBytes = (this.#growth.peak(atMs) * horizonMs) / 1000;
    // What stalls would have grown further than was seen.
    const mostBytes = this.#isStalled ? Number.POSITIVE_INFINITY : this.#grownBytes;
    const safeBytes = Math.min(mostBytes, growthBytes * this.#settings.memorySafety);
    into.p50 = bytes + Math.max(0, (this.#growthNow * horizonMs) / 1000);
    into.p95 = Math.max(into.p50, bytes + Math.min(mostBytes, growthBytes));
    into.p90 = into.p95;
    into.p99 = Math.max(into.p95, this.#peak.peak(atMs), bytes + safeBytes);
    return into;
  }
}
