import type { Allocation, AllocationKey } from '#model/allocation.ts';
import { formatBytes, formatCpuCores } from '#model/quantities.ts';
import { apply, type Estimator } from './estimator.ts';

/** What a sandbox holds when its program begins. */
const START_BYTES = 4 * 2 ** 20;

/**
 * Where a burst has room until it is reserved for, a start needs next to nothing: what is believed of
 * the rest would be paid for from the first moment and is used later. As soon is a second core there:
 * what keeps it busy comes after the interpreter, and often after the program has loaded what it shares.
 * Where a resize takes its time, what is believed is held.
 * Example: 891 MiB and 2 cores believed, room 64 MiB, base 1 core → 4 MiB, 1 core; where resizes take
 * their time 891 MiB, 2 cores.
 */
export function onDemand(
  given: { readonly burstRoomBytes: number; readonly resizesAtOnce: boolean },
  base: Allocation,
): Estimator {
  const { burstRoomBytes, resizesAtOnce } = given;
  if (burstRoomBytes === 0 || !resizesAtOnce) return (sizing) => sizing;
  const memory = atMost(
    'memoryBytes',
    START_BYTES,
    `Memory is given here as fast as it is taken: it starts at ${formatBytes(START_BYTES)}, with room for ${formatBytes(burstRoomBytes)} more until the next reading`,
  );
  const cpu = atMost(
    'cpuCores',
    base.cpuCores,
    `CPU is given here within some 20 ms of being used: it starts at ${formatCpuCores(base.cpuCores)}`,
  );
  return (sizing) => cpu(memory(sizing));
}

function atMost(key: AllocationKey, most: number, reason: string): Estimator {
  return (sizing) => {
    const value = Math.min(most, sizing.allocation[key]);
    return apply(sizing, { key, value, estimator: 'on-demand', reason });
  };
}
