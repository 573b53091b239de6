import { emptySample, type Sample } from '#model/sample.ts';
import type { Sampler } from '#monitor/sources.ts';
import { writeGuestPart, type GuestCounters } from './agent/reading.ts';

/** The loop is woken for what stands this near to its limit. */
const NEAR = 0.8;
const WAKE_EVERY_MS = 10;

/**
 * What a machine uses: CPU and network as the host counts them, which a guest cannot argue about,
 * memory and processes as the guest tells. Lifecycle: create → (arrive, read)* → close.
 */
export type Usage = {
  readonly reading: Sample;
  readonly arrive: (counters: GuestCounters, nowMs: number) => void;
  readonly read: (nowMs: number, quietUntilMs?: number) => boolean;
  readonly cpuUsecTotal: () => number;
  readonly onPressure: (callback: () => void) => () => void;
  readonly oomKills: () => number;
  readonly close: () => void;
};

export function createUsage(
  openHost: (sample: Sample) => Sampler,
  limitBytes: () => number,
  startedUsec: number,
): Usage {
  const host = emptySample();
  const reading = emptySample();
  const sampler = openHost(host);
  const listeners = new Set<() => void>();
  let latest: GuestCounters | undefined;
  let isNew = false;
  let timesFull = 0;
  let wokenMs = Number.NEGATIVE_INFINITY;

  function writeHostPart(): void {
    reading.atMs = host.atMs;
    reading.intervalMs = host.intervalMs;
    // Booting is not the program's doing.
    reading.cpuUsecTotal = Math.max(0, host.cpuUsecTotal - startedUsec);
    reading.cpuCoresUsed = host.cpuCoresUsed;
    reading.throttledUsecTotal = host.throttledUsecTotal;
    reading.throttledPeriodsTotal = host.throttledPeriodsTotal;
    reading.cpuCoresThrottled = host.cpuCoresThrottled;
    reading.ingressBytesTotal = host.ingressBytesTotal;
    reading.egressBytesTotal = host.egressBytesTotal;
    reading.ingressBitsPerSecond = host.ingressBitsPerSecond;
    reading.egressBitsPerSecond = host.egressBitsPerSecond;
    reading.ingressBacklogBytes = host.ingressBacklogBytes;
    reading.egressBacklogBytes = host.egressBacklogBytes;
  }

  return {
    reading,
    arrive(counters, nowMs) {
      latest = counters;
      isNew = true;
      if (counters.memoryBytes < limitBytes() * NEAR || nowMs - wokenMs < WAKE_EVERY_MS) return;
      wokenMs = nowMs;
      listeners.forEach((wake) => wake());
    },
    read(nowMs, quietUntilMs) {
      if (!sampler.read(nowMs, quietUntilMs)) return false;
      writeHostPart();
      if (!latest || !isNew) return true;
      isNew = false;
      writeGuestPart(reading, latest, { timesFullBefore: timesFull, limitBytes: limitBytes() });
      timesFull = latest.timesFull;
      return true;
    },
    cpuUsecTotal: () => Math.max(0, sampler.cpuUsecTotal() - startedUsec),
    onPressure(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    oomKills: () => latest?.oomKills ?? 0,
    close: () => sampler.close(),
  };
}
