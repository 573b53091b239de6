import { emptySample, type Sample } from '#model/sample.ts';
import { deriveRates, noPrevious } from '#monitor/rates.ts';
import type { Counters } from './agent/reading.ts';
import { writeSample } from './agent/reading.ts';

/** The loop is woken for what stands this near to its limit. */
const NEAR = 0.8;
const WAKE_EVERY_MS = 10;
/** Peaks of this long count for what a limit may not go below. */
const PEAK_WINDOW_MS = 5_000;
const MARGIN = 1.05;
const MARGIN_BYTES = 4 * 2 ** 20;

/** What a pod uses, from the counters that arrive of it. Lifecycle: create → (arrive, read)*. */
export type Usage = {
  readonly reading: Sample;
  readonly arrive: (counters: Counters, nowMs: number) => void;
  /** Brings the sample up to the last counters; nothing new leaves it as it is. */
  readonly read: (nowMs: number, quietUntilMs?: number) => void;
  /** The last word of a program that has ended; never less than what was seen, nor beyond the limit. */
  readonly end: (
    last: { readonly peakBytes: number; readonly cpuUsec: number },
    nowMs: number,
  ) => void;
  readonly cpuUsecTotal: () => number;
  /** What the program held lately, and a margin. */
  readonly floorBytes: () => number;
  readonly onPressure: (callback: () => void) => () => void;
};

export function createUsage(limitBytes: () => number): Usage {
  const reading = emptySample();
  const previous = noPrevious();
  const listeners = new Set<() => void>();
  let latest: { readonly counters: Counters; readonly atMs: number } | undefined;
  let isNew = false;
  let timesFull = 0;
  let wokenMs = Number.NEGATIVE_INFINITY;
  let [peakBytes, peakBefore, peakSinceMs] = [0, 0, 0];

  function notePeak(bytes: number, nowMs: number): void {
    if (nowMs - peakSinceMs > PEAK_WINDOW_MS)
      [peakBefore, peakBytes, peakSinceMs] = [peakBytes, 0, nowMs];
    peakBytes = Math.max(peakBytes, bytes);
  }

  return {
    reading,
    arrive(counters, nowMs) {
      latest = { counters, atMs: nowMs };
      isNew = true;
      notePeak(counters.memoryBytes - counters.inactiveFileBytes, nowMs);
      if (counters.memoryBytes < limitBytes() * NEAR || nowMs - wokenMs < WAKE_EVERY_MS) return;
      wokenMs = nowMs;
      listeners.forEach((wake) => wake());
    },
    read(nowMs, quietUntilMs) {
      // Time passes from the start on, also while nothing is known yet.
      if (!latest) reading.atMs = nowMs;
      if (!latest || !isNew) return;
      isNew = false;
      const { counters, atMs } = latest;
      writeSample(reading, counters, {
        atMs: Math.max(atMs, reading.atMs),
        limitBytes: limitBytes(),
        timesFullBefore: timesFull,
      });
      timesFull = counters.timesFull;
      deriveRates(reading, previous, quietUntilMs);
    },
    end({ peakBytes: lastPeakBytes, cpuUsec }, nowMs) {
      reading.atMs = Math.max(reading.atMs, nowMs);
      const possibleBytes = Math.min(lastPeakBytes, limitBytes());
      reading.memoryPeakBytes = Math.max(reading.memoryPeakBytes, possibleBytes);
      reading.cpuUsecTotal = Math.max(reading.cpuUsecTotal, cpuUsec);
    },
    cpuUsecTotal: () => latest?.counters.cpuUsec ?? 0,
    floorBytes: () => {
      const heldBytes = Math.max(peakBytes, peakBefore);
      return heldBytes === 0 ? 0 : heldBytes * MARGIN + MARGIN_BYTES;
    },
    onPressure(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
  };
}
