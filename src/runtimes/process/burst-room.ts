import { coresAtOnce } from '#model/constraints.ts';
import type { CgroupLimits, InstanceCgroup } from './cgroup/types.ts';

/** What the kernel enforces lies above what is allocated, up to the maximum. */
export type BurstRoom = {
  readonly burstRoomBytes: number;
  readonly maxMemoryBytes: number;
};

/** Kept below the limit while the room is closed: the program's next pages, until it stands still. */
const LAST_PAGES_BYTES = 2 ** 20;
/** The kernel counts quotas in whole microseconds of 100 ms. */
const QUOTA_STEP = 2e-5;
const UNKNOWN: CgroupLimits = { cpuCores: Number.NaN, memoryBytes: Number.NaN };

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
  /** So much may be used at once while little is allocated. */
  readonly wakeWith: (cores: number) => void;
};

/**
 * The same cgroup, spoken to in allocations: its memory limit is the allocation plus the burst room, and
 * while it holds little CPU it has more to wake with (docs/decisions/0008-shared-burst-room.md). A limit that nobody
 * asked for here is one that a former controller left; then the room is taken off.
 */
export function withBurstRoom(
  cgroup: InstanceCgroup,
  room: BurstRoom,
  initial: CgroupLimits = UNKNOWN,
): RoomyCgroup {
  let { cpuCores: askedCores, memoryBytes: askedBytes } = initial;
  let isClosed = false;
  let wakingCores = 0;
  const limitOf = (memoryBytes: number) =>
    kernelLimits({ cpuCores: 0, memoryBytes }, room).memoryBytes;
  const quotaOf = (cores: number) => coresAtOnce(cores, wakingCores);

  function allocatedOf(limitBytes: number): number {
    if (isClosed || isSame(limitBytes, limitOf(askedBytes))) return askedBytes;
    if (limitBytes >= room.maxMemoryBytes) return limitBytes;
    return Math.max(0, limitBytes - room.burstRoomBytes);
  }

  return {
    ...cgroup,
    setCpu(cores) {
      askedCores = cores;
      cgroup.setCpu(quotaOf(cores));
    },
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
      if (limits === undefined) return undefined;
      const isAsWished = Math.abs(limits.cpuCores - quotaOf(askedCores)) < QUOTA_STEP;
      const cpuCores = isAsWished ? askedCores : limits.cpuCores;
      return { cpuCores, memoryBytes: allocatedOf(limits.memoryBytes) };
    },
    async closeRoom(usedBytes) {
      if (isClosed || Number.isNaN(askedBytes)) return;
      isClosed = true;
      const leastBytes = Math.max(askedBytes, usedBytes + LAST_PAGES_BYTES);
      if (leastBytes < limitOf(askedBytes)) await cgroup.shrinkMemory(leastBytes);
    },
    wakeWith(cores) {
      if (cores === wakingCores) return;
      const before = quotaOf(askedCores);
      wakingCores = cores;
      const now = quotaOf(askedCores);
      if (now !== before && !Number.isNaN(askedCores)) cgroup.setCpu(now);
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
