import type { TimelinePoint } from '#model/summary.ts';
import type { Totals } from './result.ts';

/**
 * What a recorded run cost, from its points, so that it stands beside simulated ones. How much
 * faster it would have been without limits is not known: its slowdown counts the stalls alone.
 */
export function recordedTotals(timeline: readonly TimelinePoint[]): Totals {
  const sums = { used: 0, reserved: 0, coresUsed: 0, coresReserved: 0, stalled: 0, throttled: 0 };
  let [over, resizes, seconds] = [0, 0, 0];
  for (const [index, point] of timeline.entries()) {
    const before = timeline[index - 1];
    if (before === undefined) continue;
    const length = point.atSeconds - before.atSeconds;
    seconds += length;
    sums.used += point.memoryWorkingSetBytes * length;
    sums.reserved += before.allocation.memoryBytes * length;
    sums.coresUsed += point.cpuCoresUsed * length;
    sums.coresReserved += before.allocation.cpuCores * length;
    if (point.memoryStalled) sums.stalled += length;
    if (point.cpuCoresThrottled > 0) sums.throttled += length;
    if (point.memoryStalled) over++;
    if (differs(before, point)) resizes++;
  }
  return {
    runs: 1,
    exhausted: 0,
    slowdown: seconds / (seconds - sums.stalled),
    memorySlack: 1 - sums.used / sums.reserved,
    overShare: over / Math.max(1, timeline.length - 1),
    stalledShare: sums.stalled / seconds,
    cpuReservedPerUsed: sums.coresReserved / sums.coresUsed,
    throttledShare: sums.throttled / seconds,
    resizes,
    ticks: timeline.length,
  };
}

function differs({ allocation: a }: TimelinePoint, { allocation: b }: TimelinePoint): boolean {
  return a.cpuCores !== b.cpuCores || a.memoryBytes !== b.memoryBytes;
}
