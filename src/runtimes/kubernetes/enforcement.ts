import type { Enforcement } from '#model/instance.ts';

/**
 * Programs grow by 1–2 GB/s, and 100 to 150 ms pass from a reading until a new limit is in force.
 * A memory limit that is reached ends a pod's container; so it lies this far above the allocation.
 */
const BURST_ROOM_BYTES = 256 * 2 ** 20;

export const ENFORCEMENT: Enforcement = {
  kind: 'enforce',
  cgroupVersion: 2,
  burstRoomBytes: BURST_ROOM_BYTES,
};
