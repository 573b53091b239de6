import { expect, test } from 'vitest';
import { kernelLimits, withBurstRoom } from './burst-room.ts';
import type { InstanceCgroup } from './cgroup/types.ts';

const MIB = 2 ** 20;
const PAGE = 4096;
const ROOM = { burstRoomBytes: 64 * MIB, maxMemoryBytes: 1024 * MIB };

/** Keeps the limit as a kernel does: rounded down to pages. */
function cgroupWith(limitBytes: number) {
  const kernel = { limitBytes, cpuCores: 1 };
  const set = (bytes: number) => void (kernel.limitBytes = Math.floor(bytes / PAGE) * PAGE);
  const cgroup: Pick<InstanceCgroup, 'setCpu' | 'growMemory' | 'shrinkMemory' | 'readBack'> = {
    setCpu: (cores) => void (kernel.cpuCores = cores),
    growMemory: set,
    shrinkMemory: async (bytes) => set(bytes),
    readBack: () => ({ cpuCores: kernel.cpuCores, memoryBytes: kernel.limitBytes }),
  };
  return { kernel, cgroup: cgroup as InstanceCgroup };
}

test('the kernel limit lies above the allocation, and never above the maximum', () => {
  const limitOf = (mebibytes: number) =>
    kernelLimits({ cpuCores: 1, memoryBytes: mebibytes * MIB }, ROOM).memoryBytes / MIB;
  expect([limitOf(40), limitOf(1000), limitOf(1024)]).toEqual([104, 1024, 1024]);
  expect(limitOf(2000)).toBe(2000);
  const unlimited = { cpuCores: 1, memoryBytes: Number.POSITIVE_INFINITY };
  expect(kernelLimits(unlimited, ROOM).memoryBytes).toBe(Number.POSITIVE_INFINITY);
});

test('what is read back is the allocation, also after a size that is no whole page', async () => {
  const { cgroup } = cgroupWith(104 * MIB);
  const roomy = withBurstRoom(cgroup, ROOM, { cpuCores: 1, memoryBytes: 40 * MIB });
  expect(roomy.readBack()?.memoryBytes).toBe(40 * MIB);
  roomy.growMemory(50 * MIB + 123);
  expect(roomy.readBack()?.memoryBytes).toBe(50 * MIB + 123);
  await roomy.shrinkMemory(30 * MIB);
  expect(roomy.readBack()?.memoryBytes).toBe(30 * MIB);
});

test('a shrink that the kernel refused is not read back as one', async () => {
  const { cgroup, kernel } = cgroupWith(304 * MIB);
  const busy = () => Promise.reject(new Error('EBUSY'));
  const roomy = withBurstRoom({ ...cgroup, shrinkMemory: busy }, ROOM, {
    cpuCores: 1,
    memoryBytes: 240 * MIB,
  });
  await expect(roomy.shrinkMemory(100 * MIB)).rejects.toThrow('EBUSY');
  expect(kernel.limitBytes).toBe(304 * MIB);
  expect(roomy.readBack()?.memoryBytes).toBe(240 * MIB);
});

test('who takes over an instance takes the room off what it finds', () => {
  const adopted = withBurstRoom(cgroupWith(104 * MIB).cgroup, ROOM);
  expect(adopted.readBack()?.memoryBytes).toBe(40 * MIB);
  const atMaximum = withBurstRoom(cgroupWith(1024 * MIB).cgroup, ROOM);
  expect(atMaximum.readBack()?.memoryBytes).toBe(1024 * MIB);
});

test('a closed room leaves what is used, and opens again', async () => {
  const { cgroup, kernel } = cgroupWith(104 * MIB);
  const roomy = withBurstRoom(cgroup, ROOM, { cpuCores: 1, memoryBytes: 40 * MIB });
  await roomy.closeRoom(70 * MIB);
  expect(kernel.limitBytes).toBe(71 * MIB);
  expect(roomy.readBack()?.memoryBytes).toBe(40 * MIB);
  roomy.openRoom();
  expect(kernel.limitBytes).toBe(104 * MIB);
  await roomy.closeRoom(10 * MIB);
  expect(kernel.limitBytes).toBe(40 * MIB);
  roomy.growMemory(60 * MIB);
  expect(kernel.limitBytes).toBe(124 * MIB);
});

test('who holds little has CPU to wake with above what it is allocated', () => {
  const { cgroup, kernel } = cgroupWith(104 * MIB);
  const roomy = withBurstRoom(cgroup, ROOM, { cpuCores: 1, memoryBytes: 40 * MIB });
  roomy.wakeWith(0.5);
  for (const [cores, inForce] of [
    [0.02, 0.5],
    [0.1, 0.5],
    [0.2, 0.2],
    [0.6, 0.6],
  ] as const) {
    roomy.setCpu(cores);
    expect([kernel.cpuCores, roomy.readBack()?.cpuCores]).toEqual([inForce, cores]);
  }
});

test('where others need it, what is allocated is what there is', () => {
  const { cgroup, kernel } = cgroupWith(104 * MIB);
  const roomy = withBurstRoom(cgroup, ROOM, { cpuCores: 1, memoryBytes: 40 * MIB });
  roomy.setCpu(0.02);
  expect(kernel.cpuCores).toBe(0.02);
  roomy.wakeWith(0.5);
  expect(kernel.cpuCores).toBe(0.5);
  roomy.wakeWith(0);
  expect([kernel.cpuCores, roomy.readBack()?.cpuCores]).toEqual([0.02, 0.02]);
});
