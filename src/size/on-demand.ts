import { formatBytes } from '#model/quantities.ts';
import { apply, type Estimator } from './estimator.ts';

/** What a sandbox holds when its program begins. */
const START_BYTES = 4 * 2 ** 20;

/**
 * Where a burst has room until it is reserved for, a start needs next to nothing: what is believed of
 * the rest would be paid for from the first moment and is used later.
 * Example: 891 MiB believed, room 64 MiB → 4 MiB.
 */
export function onDemand(burstRoomBytes: number): Estimator {
  return (sizing) => {
    if (burstRoomBytes === 0 || sizing.allocation.memoryBytes <= START_BYTES) return sizing;
    return apply(sizing, {
      key: 'memoryBytes',
      value: START_BYTES,
      estimator: 'on-demand',
      reason: `Memory is given here as fast as it is taken: it starts at ${formatBytes(START_BYTES)}, with room for ${formatBytes(burstRoomBytes)} more until the next reading`,
    });
  };
}
