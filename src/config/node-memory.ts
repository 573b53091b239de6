import { closeSync, openSync, readSync } from 'node:fs';
import { readNumber, readText } from './kernel-file.ts';
import { ownCgroup } from './own-cgroup.ts';

/** Of the machine: less than this left is a shortage. */
const LOW_SHARE = 0.03;
const MOST_LOW_BYTES = 256 * 2 ** 20;
/** The lines that are needed come first; see proc_meminfo(5). */
const MEMINFO_BYTES = 256;
/** v1 prints "no limit" as the largest page-aligned number. */
const NO_LIMIT = 2 ** 62;

/** What is left of a node's memory before the kernel has to choose. Lifecycle: open → availableBytes … → close. */
export type NodeMemory = {
  /** What programs can still take: of the machine, or of the cgroup that this process lives in. */
  readonly availableBytes: () => number;
  readonly close: () => void;
};

/** Example: 2 GiB of memory → 61 MiB; from 8.3 GiB on 256 MiB. */
export function lowMemoryBytesOf(machineBytes: number): number {
  return Math.min(MOST_LOW_BYTES, Math.floor(machineBytes * LOW_SHARE));
}

/** A reading takes about ten microseconds, plus twenty for each limited cgroup above this process. */
export function openNodeMemory(root = '/'): NodeMemory {
  const descriptor = openSync(`${root}proc/meminfo`, 'r');
  const buffer = Buffer.alloc(MEMINFO_BYTES);
  const cgroup = ownCgroup('memory', root);
  const version = cgroup?.version ?? 2;
  const limited = (cgroup?.folders ?? []).filter((folder) =>
    Number.isFinite(limitBytes(version, folder)),
  );
  return {
    availableBytes() {
      const length = readSync(descriptor, buffer, 0, MEMINFO_BYTES, 0);
      const line = /^MemAvailable:\s+(\d+) kB$/m.exec(buffer.toString('latin1', 0, length));
      const ofMachine = line ? Number(line[1]) * 1024 : Number.POSITIVE_INFINITY;
      return Math.min(ofMachine, ...limited.map((folder) => leftIn(version, folder)));
    },
    close: () => closeSync(descriptor),
  };
}

/** Pages of files that nobody used lately are given back when they are needed. */
function leftIn(version: 1 | 2, folder: string): number {
  const used = readNumber(
    `${folder}/${version === 1 ? 'memory.usage_in_bytes' : 'memory.current'}`,
  );
  const stat = readText(`${folder}/memory.stat`) ?? '';
  const key = version === 1 ? 'total_inactive_file' : 'inactive_file';
  const unused = Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
  const left = limitBytes(version, folder) - used + unused;
  return Number.isNaN(left) ? Number.POSITIVE_INFINITY : left;
}

function limitBytes(version: 1 | 2, folder: string): number {
  const bytes = readNumber(`${folder}/${version === 1 ? 'memory.limit_in_bytes' : 'memory.max'}`);
  return bytes < NO_LIMIT ? bytes : Number.POSITIVE_INFINITY;
}
