import type { Ahead } from '#model/ahead.ts';
import type { Forecast } from '#model/forecast.ts';
import type { Sample } from '#model/sample.ts';
import { CodeForecaster } from './code-forecaster.ts';
import { leadsFor } from './code/raise-wishes.ts';
import { CPU_BEGINNINGS, MEMORY_BEGINNINGS } from './combine/beginnings.ts';
import { Combiner } from './combine/combiner.ts';
import type { Forecaster } from './forecaster.ts';
import { CpuTrend } from './trend/cpu-trend.ts';
import { MemoryTrend } from './trend/memory-trend.ts';
import { recentPeak } from './trend/recent-peak.ts';
import { SlidingPeak } from './trend/sliding-peak.ts';
import { SmoothedCpu } from './trend/smoothed-cpu.ts';
import type { TrendSettings } from './trend/trend-settings.ts';

const MEMORY = { smallest: 64 * 2 ** 10, notable: 4 * 2 ** 20, beginnings: MEMORY_BEGINNINGS };
const CPU = { smallest: 0.01, notable: 0.1, beginnings: CPU_BEGINNINGS };

/**
 * All that is believed of the next moments of one instance: the trend of its readings, and what its
 * code says (`ahead`, written before each forecast).
 * Lifecycle: (observe → forecast)*.
 */
export class Forecasts {
  readonly memory: Combiner;
  readonly cpu: Combiner;
  readonly #settings: TrendSettings;
  readonly #sample: Sample;
  readonly #memoryTrend: MemoryTrend;
  readonly #cpuTrend: CpuTrend;
  readonly #smoothedCpu = new SmoothedCpu();
  readonly #ingress = new SlidingPeak(0);
  readonly #egress = new SlidingPeak(0);

  /** `ahead` and `sample` are written into again before each forecast. */
  constructor(
    settings: TrendSettings,
    given: {
      readonly ahead: Ahead;
      readonly sample: Sample;
      /** How long a resize takes. */
      readonly actuationMs: number;
    },
  ) {
    const { ahead } = given;
    const leadMs = leadsFor(given.actuationMs).memoryMs;
    this.#settings = settings;
    this.#sample = given.sample;
    this.#memoryTrend = new MemoryTrend(settings);
    this.#cpuTrend = new CpuTrend(settings, this.#smoothedCpu);
    const fromCode = (trend: Forecaster) =>
      (['prior', 'history', 'progress'] as const).map(
        (source) => new CodeForecaster(source, { ...given, trend, leadMs }),
      );
    this.memory = new Combiner([this.#memoryTrend, ...fromCode(this.#memoryTrend)], {
      ...MEMORY,
      isAlone: () => ahead.memoryBytes === 0,
    });
    this.cpu = new Combiner([this.#cpuTrend, ...fromCode(this.#cpuTrend)], {
      ...CPU,
      isAlone: () => ahead.cpuCores === 0,
    });
  }

  /** Negative while memory is given back. */
  get memoryGrowthBytesPerSecond(): number {
    return this.#memoryTrend.growthBytesPerSecond;
  }

  /** What used CPU until now is over and does not come again: an interpreter and its probe have started. */
  forgetCpu(nowMs: number): void {
    this.#smoothedCpu.forget(nowMs);
    this.#cpuTrend.forget();
    this.cpu.forget();
  }

  /** `sample` has been written. */
  observe(): void {
    const sample = this.#sample;
    const { atMs, intervalMs, ingressBitsPerSecond, egressBitsPerSecond } = sample;
    this.#smoothedCpu.observe(sample);
    this.cpu.observe(sample, this.#smoothedCpu.cores);
    this.memory.observe(sample, sample.memoryWorkingSetBytes);
    if (intervalMs <= 0) return;
    const { networkWindowMs } = this.#settings;
    this.#ingress.windowMs = networkWindowMs;
    this.#egress.windowMs = networkWindowMs;
    this.#ingress.add(atMs, ingressBitsPerSecond);
    this.#egress.add(atMs, egressBitsPerSecond);
  }

  forecast(horizonMs: number, into: Forecast): Forecast {
    const sample = this.#sample;
    const { atMs } = sample;
    into.horizonMs = horizonMs;
    this.cpu.forecast(atMs, horizonMs, into.cpuCores);
    this.memory.forecast(atMs, horizonMs, into.memoryBytes);
    const { ingressBitsPerSecond, egressBitsPerSecond } = sample;
    recentPeak(into.ingressBitsPerSecond, ingressBitsPerSecond, this.#ingress.peak(atMs));
    recentPeak(into.egressBitsPerSecond, egressBitsPerSecond, this.#egress.peak(atMs));
    return into;
  }
}
