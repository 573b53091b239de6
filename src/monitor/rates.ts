import type { Sample } from '#model/sample.ts';

const BITS_PER_BYTE = 8;
const USEC_PER_MS = 1000;

/** The totals of the previous reading, from which the next one's rates follow. */
export type Previous = {
  atMs: number;
  cpuUsec: number;
  throttledUsec: number;
  ingressBytes: number;
  egressBytes: number;
};

export function noPrevious(): Previous {
  return { atMs: Number.NaN, cpuUsec: 0, throttledUsec: 0, ingressBytes: 0, egressBytes: 0 };
}

/**
 * Fills in what was used per unit of time since the previous reading, and remembers this one.
 * Example: 15,000 µs of CPU in 20 ms are 0.75 cores. The first reading has no interval: rates are 0.
 * Counters that went backwards (an interface was made anew) count as no use. An instance that is
 * known to have been quiet until some moment did all of it since then.
 */
export function deriveRates(
  sample: Sample,
  previous: Previous,
  quietUntilMs = Number.NEGATIVE_INFINITY,
): void {
  const sinceMs = Math.max(previous.atMs, quietUntilMs);
  const intervalMs = Number.isNaN(sinceMs) ? 0 : sample.atMs - sinceMs;
  sample.intervalMs = intervalMs;
  const perMs = intervalMs > 0 ? 1 / intervalMs : 0;
  sample.cpuCoresUsed = (rise(sample.cpuUsecTotal, previous.cpuUsec) * perMs) / USEC_PER_MS;
  sample.cpuCoresThrottled =
    (rise(sample.throttledUsecTotal, previous.throttledUsec) * perMs) / USEC_PER_MS;
  sample.ingressBitsPerSecond =
    rise(sample.ingressBytesTotal, previous.ingressBytes) * BITS_PER_BYTE * 1000 * perMs;
  sample.egressBitsPerSecond =
    rise(sample.egressBytesTotal, previous.egressBytes) * BITS_PER_BYTE * 1000 * perMs;
  remember(sample, previous);
}

function rise(now: number, before: number): number {
  return Math.max(0, now - before);
}

function remember(sample: Sample, previous: Previous): void {
  previous.atMs = sample.atMs;
  previous.cpuUsec = sample.cpuUsecTotal;
  previous.throttledUsec = sample.throttledUsecTotal;
  previous.ingressBytes = sample.ingressBytesTotal;
  previous.egressBytes = sample.egressBytesTotal;
}
