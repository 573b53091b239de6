import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Allocation } from '#model/allocation.ts';
import { capacityOf, type NodeShare } from '#model/capacity.ts';
import { readNumber, readText } from './kernel-file.ts';
import { ownCgroup } from './own-cgroup.ts';

/**
 * What this machine can give to instances: processors that this process may run on and the
 * memory of the machine, each limited by the cgroups that this process itself lives in.
 */
export function readNodeCapacity(
  share: NodeShare,
  machine: { readonly root: string; readonly processors: number } = {
    root: '/',
    processors: availableParallelism(),
  },
): Allocation {
  const { root, processors } = machine;
  return capacityOf(
    {
      cpuCores: Math.min(processors, ownCpuLimitCores(root)),
      memoryBytes: Math.min(totalMemoryBytes(root), ownMemoryLimitBytes(root)),
    },
    share,
  );
}

/** The tightest quota from the own cgroup up: each level binds. */
function ownCpuLimitCores(root: string): number {
  const cgroup = ownCgroup('cpu', root);
  const limits = (cgroup?.folders ?? []).map((folder) =>
    cgroup?.version === 1 ? quotaV1Cores(folder) : quotaV2Cores(folder),
  );
  return Math.min(Infinity, ...limits);
}

/** A quota of -1 is none. */
function quotaV1Cores(folder: string): number {
  const quotaUsec = readNumber(join(folder, 'cpu.cfs_quota_us'));
  const periodUsec = readNumber(join(folder, 'cpu.cfs_period_us'));
  return quotaUsec > 0 && periodUsec > 0 ? quotaUsec / periodUsec : Infinity;
}

/** `cpu.max` is `max 100000` or `50000 100000`: quota and period in microseconds. */
function quotaV2Cores(folder: string): number {
  const [quota = 'max', period = '100000'] = (readText(join(folder, 'cpu.max')) ?? '').split(' ');
  return quota === 'max' || quota === '' ? Infinity : Number(quota) / Number(period);
}

/** v1 writes "no limit" as the largest page-aligned number, which is above any machine's memory. */
function ownMemoryLimitBytes(root: string): number {
  const cgroup = ownCgroup('memory', root);
  const file = cgroup?.version === 1 ? 'memory.limit_in_bytes' : 'memory.max';
  const limits = (cgroup?.folders ?? []).map((folder) => readNumber(join(folder, file)));
  return Math.min(Infinity, ...limits.filter((bytes) => bytes > 0));
}

/** `MemTotal:       24683560 kB` */
function totalMemoryBytes(root: string): number {
  const line = /^MemTotal:\s+(\d+) kB$/m.exec(readFileSync(join(root, 'proc/meminfo'), 'latin1'));
  return Number(line?.[1] ?? 0) * 1024;
}
