import { formatBytes } from '#model/quantities.ts';
import { apply, type Estimator } from './estimator.ts';

/** What an interpreter takes above its first working set until the first reading. */
const MARGIN = 1.1;

/**
 * Where a burst has room until it is reserved for, a start needs no more than its interpreter does:
 * what is believed of the rest would be paid for from the first moment and is used later.
 * Example: 891 MiB believed, interpreter 10 MiB, room 64 MiB → 11 MiB.
 */
export function onDemand(given: {
  readonly interpreterBytes: number;
  readonly burstRoomBytes: number;
}): Estimator {
  return (sizing) => {
    const value = Math.ceil(given.interpreterBytes * MARGIN);
    const isMore = sizing.allocation.memoryBytes > value;
    if (given.burstRoomBytes === 0 || !isMore) return sizing;
    return apply(sizing, {
      key: 'memoryBytes',
      value,
      estimator: 'on-demand',
      reason: `Memory is given here as fast as it is taken: it starts at ${formatBytes(value)}, with room for ${formatBytes(given.burstRoomBytes)} more until the next reading`,
    });
  };
}
