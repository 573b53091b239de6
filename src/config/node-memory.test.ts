import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lowMemoryBytesOf, openNodeMemory } from './node-memory.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'limber-machine-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function available(files: Record<string, string>): number {
  const meminfo =
    'MemTotal:       16777216 kB\nMemFree:         1024 kB\nMemAvailable:    8388608 kB\n';
  for (const [path, content] of Object.entries({ 'proc/meminfo': meminfo, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const memory = openNodeMemory(`${root}/`);
  try {
    return memory.availableBytes();
  } finally {
    memory.close();
  }
}

test('this machine, as it is', () => {
  const memory = openNodeMemory();
  expect(memory.availableBytes()).toBeGreaterThan(0);
  expect(memory.availableBytes()).toBeLessThanOrEqual(totalmem());
  memory.close();
});

test('what the kernel says that programs can still take', () => {
  const files = { 'proc/self/cgroup': '0::/\n', 'proc/self/mountinfo': '' };
  expect(available(files)).toBe(8 * GIB);
});

test('v2: no more than its own cgroup leaves, less what the kernel gives back', () => {
  const bytes = available({
    'proc/self/cgroup': '0::/box\n',
    'proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
    'sys/fs/cgroup/memory.max': 'max\n',
    'sys/fs/cgroup/box/memory.max': String(GIB),
    'sys/fs/cgroup/box/memory.current': String(900 * MIB),
    'sys/fs/cgroup/box/memory.stat': `anon 5\ninactive_file ${200 * MIB}\n`,
  });
  expect(bytes).toBe(GIB - 700 * MIB);
});

test('v1: the same, in its own words', () => {
  const bytes = available({
    'proc/self/cgroup': '4:memory:/box\n',
    'proc/self/mountinfo': '36 31 0:33 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    'sys/fs/cgroup/memory/box/memory.limit_in_bytes': String(GIB),
    'sys/fs/cgroup/memory/box/memory.usage_in_bytes': String(GIB),
    'sys/fs/cgroup/memory/box/memory.stat': `cache 7\ntotal_inactive_file ${64 * MIB}\n`,
  });
  expect(bytes).toBe(64 * MIB);
});

test('a small machine is short of memory later than a large one', () => {
  expect(lowMemoryBytesOf(64 * GIB)).toBe(256 * MIB);
  expect(lowMemoryBytesOf(2 * GIB)).toBe(Math.floor(2 * GIB * 0.03));
});
