import type { TimelinePoint } from '#model/summary.ts';
import type { Trace, TraceReading } from './trace.ts';

/**
 * A recorded run as a trace: what it used, plus what it was seen to want. A point at which it was
 * throttled wanted more CPU than it used; the time for which it stood still for want of memory is
 * taken out, because with enough of it the program would not have waited.
 */
export function recordedTrace(id: string, timeline: readonly TimelinePoint[]): Trace {
  const readings: TraceReading[] = [];
  let stalledSeconds = 0;
  for (const [index, point] of timeline.entries()) {
    const before = timeline[index - 1];
    if (before?.memoryStalled && point.memoryStalled)
      stalledSeconds += point.atSeconds - before.atSeconds;
    const atSeconds = point.atSeconds - stalledSeconds - (timeline[0]?.atSeconds ?? 0);
    if (readings.length > 0 && atSeconds <= readings.at(-1)!.atSeconds) readings.pop();
    readings.push({
      atSeconds,
      memoryBytes: point.memoryWorkingSetBytes,
      cpuCores: point.cpuCoresUsed + point.cpuCoresThrottled,
      ingressBitsPerSecond: point.ingressBitsPerSecond,
      egressBitsPerSecond: point.egressBitsPerSecond,
    });
  }
  return { id, readings };
}
