import { emptyQuantiles, type Quantiles } from '#model/forecast.ts';
import type { Sample } from '#model/sample.ts';
import type { Forecaster } from '../forecaster.ts';
import { recentPeak } from './recent-peak.ts';
import { SlidingPeak } from './sliding-peak.ts';
import type { SmoothedCpu } from './smoothed-cpu.ts';
import type { TrendSettings } from './trend-settings.ts';

/** One whole reading without CPU means idle; giving CPU back when it was wrong costs little. */
const IDLE_MS = 15;
const IDLE_SHARE = 0.25;

/** CPU goes up to where it lately was, and is given up at once by a program that idles. */
export class CpuTrend implements Forecaster {
  readonly source = 'trend';
  readonly resource = 'cpu';
  readonly #settings: TrendSettings;
  readonly #peak: SlidingPeak;
  readonly #latest = new SlidingPeak(IDLE_MS);
  readonly #smoothed: SmoothedCpu;
  readonly #quantiles = emptyQuantiles();
  #atMs = 0;

  /** `smoothed` has seen each reading before this does. */
  constructor(settings: TrendSettings, smoothed: SmoothedCpu) {
    this.#settings = settings;
    this.#smoothed = smoothed;
    this.#peak = new SlidingPeak(settings.cpuWindowMs);
  }

  observe(sample: Sample): void {
    this.#atMs = sample.atMs;
    this.#peak.windowMs = this.#settings.cpuWindowMs;
    if (sample.intervalMs <= 0) return;
    this.#latest.add(sample.atMs, sample.cpuCoresUsed);
    if (this.#smoothed.isKnown) this.#peak.add(sample.atMs, this.#smoothed.cores);
  }

  /** What used CPU until now is over and does not come again. */
  forget(): void {
    this.#peak.clear();
  }

  forecast(): Readonly<Quantiles> {
    const peak = this.#peak.peak(this.#atMs);
    const latest = this.#latest.peak(this.#atMs);
    const isIdle = !this.#smoothed.isKnown || latest < peak * IDLE_SHARE;
    if (isIdle) return recentPeak(this.#quantiles, latest, latest);
    return recentPeak(this.#quantiles, this.#smoothed.cores, peak);
  }
}
