import type { Allocation } from '#model/allocation.ts';
import { formatBytes, formatCpuCores } from '#model/quantities.ts';
import { apply, type Estimator } from './estimator.ts';

/** What a sandbox holds when its program begins. */
const START_BYTES = 4 * 2 ** 20;

/**
 * Where a burst has room until it is reserved for, a start needs next to nothing: what is believed of
 * the rest would be paid for from the first moment and is used later. As soon is a second core there:
 * what keeps it busy comes after the interpreter, and often after the program has loaded what it shares.
 * Example: 891 MiB and 2 cores believed, room 64 MiB, base 1 core → 4 MiB, 1 core.
 */
export function onDemand(burstRoomBytes: number, base: Allocation): Estimator {
  return (sizing) => {
    if (burstRoomBytes === 0) return sizing;
    const steps = [memoryOnDemand(burstRoomBytes), cpuOnDemand(base.cpuCores)];
    return steps.reduce((sized, step) => step(sized), sizing);
  };
}

function memoryOnDemand(burstRoomBytes: number): Estimator {
  return (sizing) =>
    apply(sizing, {
      key: 'memoryBytes',
      value: Math.min(START_BYTES, sizing.allocation.memoryBytes),
      estimator: 'on-demand',
      reason: `Memory is given here as fast as it is taken: it starts at ${formatBytes(START_BYTES)}, with room for ${formatBytes(burstRoomBytes)} more until the next reading`,
    });
}

function cpuOnDemand(cores: number): Estimator {
  return (sizing) =>
    apply(sizing, {
      key: 'cpuCores',
      value: Math.min(cores, sizing.allocation.cpuCores),
      estimator: 'on-demand',
      reason: `CPU is given here within some 20 ms of being used: it starts at ${formatCpuCores(cores)}`,
    });
}
