import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readNodeCapacity } from './node-capacity.ts';

const GIB = 2 ** 30;
const share = {
  cpuRatio: 1,
  memoryRatio: 1,
  networkBitsPerSecond: 1e9,
  reservedMemoryBytes: GIB / 2,
  burstMemoryBytes: GIB / 2,
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'limber-machine-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Eight processors and 16 GiB, with these files. */
function machine(files: Record<string, string>) {
  const all = { 'proc/meminfo': 'MemTotal:       16777216 kB\nMemFree: 1 kB\n', ...files };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return readNodeCapacity(share, { root, processors: 8 });
}

const V2_MOUNT = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';
const V1_MOUNTS =
  '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n' +
  '36 31 0:33 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n' +
  '40 31 0:37 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n';

test('this machine, as it is', () => {
  const capacity = readNodeCapacity(share);
  expect(capacity.cpuCores).toBeGreaterThan(0);
  expect(capacity.cpuCores).toBeLessThanOrEqual(availableParallelism());
  expect(capacity.memoryBytes).toBeGreaterThan(0);
  expect(capacity.memoryBytes).toBeLessThan(totalmem());
});

test('without limits of its own, all of the machine less the reserve', () => {
  const files = { 'proc/self/cgroup': '0::/\n', 'proc/self/mountinfo': V2_MOUNT };
  expect(machine(files)).toEqual({
    cpuCores: 8,
    memoryBytes: 15 * GIB,
    ingressBitsPerSecond: 1e9,
    egressBitsPerSecond: 1e9,
  });
});

test('v2: the tightest limit from the own cgroup up', () => {
  const capacity = machine({
    'proc/self/cgroup': '0::/user.slice/session.scope\n',
    'proc/self/mountinfo': V2_MOUNT,
    'sys/fs/cgroup/user.slice/cpu.max': '150000 100000\n',
    'sys/fs/cgroup/user.slice/memory.max': '4294967296\n',
    'sys/fs/cgroup/user.slice/session.scope/cpu.max': 'max 100000\n',
    'sys/fs/cgroup/user.slice/session.scope/memory.max': 'max\n',
  });
  expect(capacity).toMatchObject({ cpuCores: 1.5, memoryBytes: 3 * GIB });
});

test('v1: one hierarchy per controller, beside a v2 mount without controllers', () => {
  const capacity = machine({
    'proc/self/cgroup': '4:memory:/jobs\n2:cpu,cpuacct:/jobs/one\n0::/\n',
    'proc/self/mountinfo': V1_MOUNTS,
    'sys/fs/cgroup/cpu,cpuacct/jobs/one/cpu.cfs_quota_us': '-1\n',
    'sys/fs/cgroup/cpu,cpuacct/jobs/one/cpu.cfs_period_us': '100000\n',
    'sys/fs/cgroup/cpu,cpuacct/jobs/cpu.cfs_quota_us': '200000\n',
    'sys/fs/cgroup/cpu,cpuacct/jobs/cpu.cfs_period_us': '50000\n',
    'sys/fs/cgroup/memory/jobs/memory.limit_in_bytes': '2147483648\n',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
  });
  expect(capacity).toMatchObject({ cpuCores: 4, memoryBytes: GIB });
});

test('v1 in a container: the path lies above what is mounted', () => {
  const inside = V1_MOUNTS.replaceAll(' / /sys', ' /docker/abc /sys');
  const capacity = machine({
    'proc/self/cgroup': '4:memory:/docker/abc\n2:cpu,cpuacct:/elsewhere\n',
    'proc/self/mountinfo': inside,
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '8589934592\n',
    'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '50000\n',
    'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
  });
  expect(capacity).toMatchObject({ cpuCores: 0.5, memoryBytes: 7 * GIB });
});

test('the reserve leaves a small machine half of its memory', () => {
  const capacity = machine({
    'proc/meminfo': 'MemTotal: 1048576 kB\n',
    'proc/self/cgroup': '0::/\n',
    'proc/self/mountinfo': V2_MOUNT,
  });
  expect(capacity.memoryBytes).toBe(GIB / 2);
});
