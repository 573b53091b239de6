import type { TimelinePoint } from '#model/summary.ts';
import type { Curve } from './replayed.ts';

const BYTES_PER_GIBIBYTE = 2 ** 30;

type Held = Pick<Curve, 'throttledSeconds' | 'stalledSeconds' | 'resizes'>;

/**
 * A timeline in columns, with what was reserved over it: an allocation holds from its reading to the
 * next. Example: 2 cores from 0 s to 3 s, then 1 core to 5 s → 8 core-seconds.
 */
export function curveOf(
  named: Pick<Curve, 'name' | 'outcome'>,
  timeline: readonly TimelinePoint[],
  held: Held,
): Curve {
  let [coreSeconds, byteSeconds] = [0, 0];
  for (const [index, { atSeconds }] of timeline.entries()) {
    const before = timeline[index - 1];
    if (!before) continue;
    coreSeconds += before.allocation.cpuCores * (atSeconds - before.atSeconds);
    byteSeconds += before.allocation.memoryBytes * (atSeconds - before.atSeconds);
  }
  return {
    ...named,
    atSeconds: timeline.map(({ atSeconds }) => atSeconds),
    cpuCoresUsed: timeline.map(({ cpuCoresUsed }) => cpuCoresUsed),
    cpuCoresAllocated: timeline.map(({ allocation }) => allocation.cpuCores),
    memoryBytesUsed: timeline.map(({ memoryWorkingSetBytes }) => memoryWorkingSetBytes),
    memoryBytesAllocated: timeline.map(({ allocation }) => allocation.memoryBytes),
    seconds: (timeline.at(-1)?.atSeconds ?? 0) - (timeline[0]?.atSeconds ?? 0),
    coreSeconds,
    gibibyteSeconds: byteSeconds / BYTES_PER_GIBIBYTE,
    ...held,
  };
}
