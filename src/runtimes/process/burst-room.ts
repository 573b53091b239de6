import type { CgroupLimits, InstanceCgroup } from './cgroup/types.ts';

/** What the kernel enforces lies above what is allocated, up to the maximum. */
export type BurstRoom = { readonly burstRoomBytes: number; readonly maxMemoryBytes: number };

/** Kept below the limit while the room is closed: the program's next pages, until it stands still. */
const LAST_PAGES_BYTES = 2 ** 20;

/** Example: 40 MiB allocated, 64 MiB of room, 1 GiB at most → 104 MiB; 1000 MiB → 1 GiB. */
export function kernelLimits(
  { cpuCores, memoryBytes }: CgroupLimits,
  { burstRoomBytes, maxMemoryBytes }: BurstRoom,
): CgroupLimits {
  const highest = Math.max(memoryBytes, maxMemoryBytes);
  return { cpuCores, memoryBytes: Math.min(memoryBytes + burstRoomBytes, highest) };
}

export type RoomyCgroup = InstanceCgroup & {
  /** The node has nothing to give: what is used now is all that may be used. */
  readonly closeRoom: (usedBytes: number) => Promise<void>;
  readonly openRoom: () => void;
};

/**
 * The same cgroup, spoken to in allocations: its memory limit is the allocation plus the burst room
 * (docs/decisions/0008-shared-burst-room.md). A limit that nobody asked for here is one that a former
 * controller left; then the room is taken off.
 */
export function withBurstRoom(
  cgroup: InstanceCgroup,
  room: BurstRoom,
  initialBytes = Number.NaN,
): RoomyCgroup {
  let askedBytes = initialBytes;
  let isClosed = false;
  const limitOf = (memoryBytes: number) =>
    kernelLimits({ cpuCores: 0, memoryBytes }, room).memoryBytes;

  function allocatedOf(limitBytes: number): number {
    if (isClosed || isSame(limitBytes, limitOf(askedBytes))) return askedBytes;
    if (limitBytes >= room.maxMemoryBytes) return limitBytes;
    return Math.max(0, limitBytes - room.burstRoomBytes);
  }

  return {
    ...cgroup,
    growMemory(bytes) {
      askedBytes = bytes;
      isClosed = false;
      cgroup.growMemory(limitOf(bytes));
    },
    shrinkMemory(bytes) {
      askedBytes = bytes;
      isClosed = false;
      return cgroup.shrinkMemory(limitOf(bytes));
    },
    readBack() {
      const limits = cgroup.readBack();
      return limits && { ...limits, memoryBytes: allocatedOf(limits.memoryBytes) };
    },
    async closeRoom(usedBytes) {
      if (isClosed || Number.isNaN(askedBytes)) return;
      isClosed = true;
      const leastBytes = Math.max(askedBytes, usedBytes + LAST_PAGES_BYTES);
      if (leastBytes < limitOf(askedBytes)) await cgroup.shrinkMemory(leastBytes);
    },
    openRoom() {
      if (!isClosed) return;
      isClosed = false;
      cgroup.growMemory(limitOf(askedBytes));
    },
  };
}

/** Kernels round limits down to pages. */
function isSame(limitBytes: number, askedBytes: number): boolean {
  return Math.abs(limitBytes - askedBytes) < 64 * 1024;
}
