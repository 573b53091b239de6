import { dirname } from 'node:path';
import type { Standstill } from '#model/instance.ts';
import { dropCpuWeight, setCpuWeight } from './cpu-weight.ts';
import {
  makeFolder,
  readCounter,
  readLimit,
  readProcessIds,
  removeCgroupFolder,
  tryRemove,
  writeIfPresent,
  writeKernelFile,
  writeWhileThere,
  writeWhileThereLater,
} from './files.ts';
import type { CgroupSpec, InstanceCgroup, V1Folders } from './types.ts';

/**
 * The kernel's default period. Shorter ones throttle a waking program earlier: at 0.1 cores a
 * 100 ms period lets it run 10 ms at full speed, in which the loop has seen it and raised the quota.
 */
const PERIOD_USEC = 100_000;
const ORDINARY_WEIGHT = 100;
const ORDINARY_SHARES = 1024;
/** Source: Documentation/scheduler/sched-design-CFS.rst, section 7. */
const SHARES = { file: 'cpu.shares', most: 262_144 };
/** The kernel refuses quotas below 1 ms. */
const MIN_QUOTA_USEC = 1_000;
/** 0.29 · 100,000 is 28,999.999999999996. */
const ROUNDING = 1e-6;
/**
 * What an instance may save up while it does not run, at most one quota: at 0.1 cores one that wakes
 * then runs 20 ms instead of 10 before it is throttled, and the loop has seen it.
 * Source: Documentation/scheduler/sched-bwc.rst, "Burst feature" (Linux 5.14).
 */
const MOST_BURST_USEC = 10_000;

/**
 * One instance on cgroup v1. With `memory.oom_control` = 1 a task over its limit sleeps instead of
 * being killed, and goes on as soon as the limit is raised.
 * Source: Documentation/admin-guide/cgroup-v1/memory.rst, section 10.
 */
export function createV1Cgroup(root: V1Folders, spec: CgroupSpec): InstanceCgroup {
  const folders = instanceFolders(root, spec.path);
  for (const folder of new Set(Object.values(folders))) if (folder) makeFolder(folder);
  const group = attachV1Cgroup(root, spec);
  writeKernelFile(`${folders.memory}/memory.oom_control`, 1);
  writeIfPresent(`${folders.memory}/memory.swappiness`, 0);
  writeKernelFile(`${folders.cpu}/cpu.cfs_period_us`, PERIOD_USEC);
  group.setTerms(spec);
  group.setCpu(spec.limits.cpuCores);
  group.growMemory(spec.limits.memoryBytes);
  return group;
}

/** The same for cgroups that exist already: an instance that a former controller made. */
export function attachV1Cgroup(root: V1Folders, spec: CgroupSpec): InstanceCgroup {
  const folders = instanceFolders(root, spec.path);
  const quotaFile = `${folders.cpu}/cpu.cfs_quota_us`;
  const burstFile = `${folders.cpu}/cpu.cfs_burst_us`;
  const limitFile = `${folders.memory}/memory.limit_in_bytes`;
  const all = [...new Set(Object.values(folders))].filter((folder) => folder !== undefined);
  const procsFiles = all.map((folder) => `${folder}/cgroup.procs`);

  return {
    version: 1,
    sources: {
      version: 1,
      cpuFolder: folders.cpu,
      cpuacctFolder: folders.cpuacct,
      memoryFolder: folders.memory,
      pidsFolder: folders.pids,
    },
    procsFiles,
    kernelEndsAtMaximum: false,
    setTerms({ cpuWeight, maxProcesses }) {
      weigh(folders.cpu, cpuWeight);
      if (folders.pids) writeKernelFile(`${folders.pids}/pids.max`, maxProcesses);
    },
    setCpu(cores) {
      const usec = quotaUsec(cores);
      // The kernel refuses a quota below the burst, so a small one has its burst taken first.
      if (usec > 0 && usec < MOST_BURST_USEC) writeIfPresent(burstFile, 0);
      writeWhileThere(quotaFile, usec);
      if (usec > 0) writeIfPresent(burstFile, Math.min(MOST_BURST_USEC, usec));
    },
    growMemory(bytes) {
      // Memory plus swap is never limited: swappiness 0 keeps the instance out of swap instead, and
      // a memsw limit below the new memory limit would make the kernel refuse it.
      writeWhileThere(limitFile, Number.isFinite(bytes) ? Math.floor(bytes) : -1);
    },
    shrinkMemory: (bytes) => writeWhileThereLater(limitFile, Math.floor(bytes)),
    readBack() {
      const quota = readLimit(quotaFile);
      const memoryBytes = readLimit(limitFile);
      if (quota === undefined || memoryBytes === undefined) return undefined;
      return { cpuCores: quota / PERIOD_USEC, memoryBytes };
    },
    // v1 reports only through an eventfd, which Node cannot make; the loop looks often enough.
    onPressure: () => () => {},
    oomKills: () => readCounter(`${folders.memory}/memory.oom_control`, 'oom_kill'),
    processIds: () => readProcessIds(procsFiles[0] ?? ''),
    ...(folders.freezer && { standstill: standstill(folders.freezer, folders.memory) }),
    async remove() {
      // One after the other: many that end at once must not take all threads that wait for the kernel.
      for (const folder of all) await removeCgroupFolder(folder);
      if (dropCpuWeight(folders.cpu, SHARES)) all.forEach((folder) => tryRemove(dirname(folder)));
    },
  };
}

/**
 * A controller weighs as much as its instances together, or a run of its own controller would have
 * the same part as one of a controller of many.
 * Source: Documentation/scheduler/sched-design-CFS.rst, section 7; 1024 is what a new cgroup has.
 */
function weigh(folder: string, cpuWeight: number): void {
  setCpuWeight(folder, Math.round((cpuWeight / ORDINARY_WEIGHT) * ORDINARY_SHARES), SHARES);
}

/** Source: Documentation/admin-guide/cgroup-v1, freezer-subsystem.rst and memory.rst, section 5.1. */
function standstill(freezer: string, memory: string): Standstill {
  const write = (state: string): void => writeIfPresent(`${freezer}/freezer.state`, state);
  return {
    reclaim: () => void writeWhileThereLater(`${memory}/memory.force_empty`, 0).catch(ignored),
    freeze: () => write('FROZEN'),
    thaw: () => write('THAWED'),
  };
}

/** There was nothing to give back. */
function ignored(): void {}

function quotaUsec(cores: number): number {
  if (!Number.isFinite(cores)) return -1;
  // Never more than was reserved: the rounded quotas of many add up to more than there is.
  return Math.max(MIN_QUOTA_USEC, Math.floor(cores * PERIOD_USEC + ROUNDING));
}

function instanceFolders(root: V1Folders, path: string): V1Folders {
  return {
    cpu: `${root.cpu}/${path}`,
    cpuacct: `${root.cpuacct}/${path}`,
    memory: `${root.memory}/${path}`,
    pids: root.pids && `${root.pids}/${path}`,
    freezer: root.freezer && `${root.freezer}/${path}`,
  };
}
