import type { Forecast } from '#model/forecast.ts';
import type { Sample } from '#model/sample.ts';
import { SlidingPeak } from './sliding-peak.ts';

export type TrendSettings = {
  readonly cpuWindowMs: number;
  readonly memoryWindowMs: number;
  readonly networkWindowMs: number;
  readonly memorySafety: number;
};

/** A burst of allocation is expected to go on for as long as this after it was last seen. */
const GROWTH_WINDOW_MS = 500;
/** Smooths CPU over two or three readings: the kernel charges CPU time once per 4 ms tick. */
const CPU_SMOOTHING_MS = 50;
/** One whole reading without CPU means idle; giving CPU back when it was wrong costs little. */
const CPU_IDLE_MS = 15;
const CPU_IDLE_SHARE = 0.25;
const BYTE_RATE_FLOOR = 1e6;

/**
 * What the last seconds say about the next milliseconds. Memory goes on growing as fast as it
 * lately did; CPU and network go up to where they lately were.
 * Example: a working set of 100 MB that lately grew by 1 GB/s, over a horizon of 30 ms with safety 3,
 * is expected to reach 100 MB + 1 GB/s × 0.03 s × 3 = 190 MB at p99. An interpreter that starts up
 * grows by 2 MB in 4 ms, which is 500 MB/s, and then no more: more growth than the last half second
 * has seen in all is not expected, which steady growth is not held back by after three readings.
 */
export class Trend {
  readonly #settings: TrendSettings;
  readonly #cpu: SlidingPeak;
  readonly #cpuIdle = new SlidingPeak(CPU_IDLE_MS);
  readonly #memory: SlidingPeak;
  readonly #growth = new SlidingPeak(GROWTH_WINDOW_MS);
  readonly #ingress: SlidingPeak;
  readonly #egress: SlidingPeak;
  #cpuMean = 0;
  /** CPU used before does not count. */
  #cpuSinceMs = Number.NEGATIVE_INFINITY;
  #previousMemoryBytes = Number.NaN;
  /** Decaying sum of growth, with the window as its time constant. */
  #grownBytes = 0;
  #growthNow = 0;

  constructor(settings: TrendSettings) {
    this.#settings = settings;
    this.#cpu = new SlidingPeak(settings.cpuWindowMs);
    this.#memory = new SlidingPeak(settings.memoryWindowMs);
    this.#ingress = new SlidingPeak(settings.networkWindowMs);
    this.#egress = new SlidingPeak(settings.networkWindowMs);
  }

  /** Bytes per second over the last interval; negative while memory is given back. */
  get memoryGrowthBytesPerSecond(): number {
    return this.#growthNow;
  }

  observe(sample: Sample): void {
    const { atMs, intervalMs } = sample;
    this.#followSettings();
    this.#observeCpu(sample);
    this.#observeMemory(sample);
    this.#memory.add(atMs, sample.memoryWorkingSetBytes);
    if (intervalMs <= 0) return;
    this.#ingress.add(atMs, sample.ingressBitsPerSecond);
    this.#egress.add(atMs, sample.egressBitsPerSecond);
  }

  /** What used CPU until now is over and does not come again: an interpreter and its probe have started. */
  forgetCpu(nowMs: number): void {
    this.#cpuSinceMs = nowMs;
    this.#cpu.clear();
    this.#cpuMean = Number.NaN;
  }

  forecast(sample: Sample, horizonMs: number, into: Forecast): Forecast {
    const { atMs, memoryWorkingSetBytes } = sample;
    into.source = 'trend';
    into.horizonMs = horizonMs;
    this.#forecastCpu(atMs, into);
    const growthBytes = (this.#growth.peak(atMs) * horizonMs) / 1000;
    // What stalls would have grown further than was seen.
    const mostBytes = sample.memoryStalled ? Number.POSITIVE_INFINITY : this.#grownBytes;
    const safeBytes = Math.min(mostBytes, growthBytes * this.#settings.memorySafety);
    const reached = memoryWorkingSetBytes + Math.min(mostBytes, growthBytes);
    into.memoryBytes.p50 =
      memoryWorkingSetBytes + Math.max(0, (this.#growthNow * horizonMs) / 1000);
    into.memoryBytes.p95 = Math.max(into.memoryBytes.p50, reached);
    into.memoryBytes.p99 = Math.max(
      into.memoryBytes.p95,
      this.#memory.peak(atMs),
      memoryWorkingSetBytes + safeBytes,
    );
    fill(into.ingressBitsPerSecond, sample.ingressBitsPerSecond, this.#ingress.peak(atMs));
    fill(into.egressBitsPerSecond, sample.egressBitsPerSecond, this.#egress.peak(atMs));
    return into;
  }

  /** They may be changed while a run goes on. */
  #followSettings(): void {
    const { cpuWindowMs, memoryWindowMs, networkWindowMs } = this.#settings;
    this.#cpu.windowMs = cpuWindowMs;
    this.#memory.windowMs = memoryWindowMs;
    this.#ingress.windowMs = networkWindowMs;
    this.#egress.windowMs = networkWindowMs;
  }

  #observeCpu({ atMs, intervalMs, cpuCoresUsed }: Sample): void {
    if (intervalMs <= 0) return;
    this.#cpuIdle.add(atMs, cpuCoresUsed);
    if (atMs - intervalMs < this.#cpuSinceMs) return;
    const weight = Math.min(1, intervalMs / CPU_SMOOTHING_MS);
    if (Number.isNaN(this.#cpuMean)) this.#cpuMean = cpuCoresUsed;
    this.#cpuMean += (cpuCoresUsed - this.#cpuMean) * weight;
    this.#cpu.add(atMs, this.#cpuMean);
  }

  #observeMemory({ atMs, intervalMs, memoryWorkingSetBytes }: Sample): void {
    const grownBytes = memoryWorkingSetBytes - this.#previousMemoryBytes;
    this.#previousMemoryBytes = memoryWorkingSetBytes;
    if (Number.isNaN(grownBytes) || intervalMs <= 0) return;
    this.#growthNow = (grownBytes / intervalMs) * 1000;
    this.#grownBytes *= Math.exp(-intervalMs / GROWTH_WINDOW_MS);
    this.#grownBytes += Math.max(0, grownBytes);
    this.#growth.add(atMs, this.#growthNow < BYTE_RATE_FLOOR ? 0 : this.#growthNow);
  }

  #forecastCpu(atMs: number, into: Forecast): void {
    const peak = this.#cpu.peak(atMs);
    const latest = this.#cpuIdle.peak(atMs);
    const idle = Number.isNaN(this.#cpuMean) || latest < peak * CPU_IDLE_SHARE;
    fill(into.cpuCores, idle ? latest : this.#cpuMean, idle ? latest : peak);
  }
}

function fill(
  quantiles: { p50: number; p95: number; p99: number },
  now: number,
  peak: number,
): void {
  quantiles.p50 = now;
  quantiles.p95 = Math.max(now, peak);
  quantiles.p99 = quantiles.p95;
}
