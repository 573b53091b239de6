import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import type { Standstill } from '#model/instance.ts';
import { dropCpuWeight, setCpuWeight } from './cpu-weight.ts';
import {
  hasCode,
  makeFolder,
  readCounter,
  readLimit,
  readProcessIds,
  removeCgroupFolder,
  tryRemove,
  writeIfPresent,
  readWhileThere,
  writeKernelFile,
  writeWhileThere,
  writeWhileThereLater,
} from './files.ts';
import type { CgroupSpec, InstanceCgroup } from './types.ts';

const PERIOD_USEC = 100_000;
const WEIGHT = { file: 'cpu.weight', most: 10_000 };
const MIN_QUOTA_USEC = 1_000;
/** 0.29 · 100,000 is 28,999.999999999996. */
const ROUNDING = 1e-6;
/** What an instance may save up while it does not run; see v1.ts. */
const MOST_BURST_USEC = 10_000;

/**
 * One instance on cgroup v2. `memory.high` is the limit that moves: above it the kernel slows the
 * allocating tasks, which gives the loop time. `memory.max` stays at the constraint's maximum, where
 * the kernel ends the whole instance at once (`memory.oom.group`).
 * Source: Documentation/admin-guide/cgroup-v2.rst.
 */
export function createV2Cgroup(root: string, spec: CgroupSpec): InstanceCgroup {
  const folder = `${root}/${spec.path}`;
  makeFolder(dirname(folder));
  delegate(dirname(folder));
  makeFolder(folder);
  const group = attachV2Cgroup(root, spec);
  writeIfPresent(`${folder}/memory.swap.max`, 0);
  writeIfPresent(`${folder}/memory.oom.group`, 1);
  group.setTerms(spec);
  group.setCpu(spec.limits.cpuCores);
  group.growMemory(spec.limits.memoryBytes);
  return group;
}

/** The same for a cgroup that exists already: an instance that a former controller made. */
export function attachV2Cgroup(root: string, spec: CgroupSpec): InstanceCgroup {
  const folder = `${root}/${spec.path}`;
  const cpuFile = `${folder}/cpu.max`;
  const burstFile = `${folder}/cpu.max.burst`;
  const highFile = `${folder}/memory.high`;
  const procsFile = `${folder}/cgroup.procs`;

  return {
    version: 2,
    sources: { version: 2, folder },
    procsFiles: [procsFile],
    kernelEndsAtMaximum: true,
    setTerms({ maxMemoryBytes, maxProcesses, cpuWeight }) {
      writeKernelFile(`${folder}/memory.max`, limitText(maxMemoryBytes));
      writeIfPresent(`${folder}/pids.max`, maxProcesses);
      setCpuWeight(folder, cpuWeight, WEIGHT);
    },
    setCpu(cores) {
      const usec = quotaUsec(cores);
      // The kernel refuses a quota below the burst, so a small one has its burst taken first.
      if (usec < MOST_BURST_USEC) writeIfPresent(burstFile, 0);
      writeWhileThere(cpuFile, `${Number.isFinite(usec) ? usec : 'max'} ${PERIOD_USEC}`);
      if (Number.isFinite(usec)) writeIfPresent(burstFile, Math.min(MOST_BURST_USEC, usec));
    },
    growMemory: (bytes) => writeWhileThere(highFile, limitText(bytes)),
    shrinkMemory: (bytes) => writeWhileThereLater(highFile, limitText(bytes)),
    readBack() {
      const cpuCores = readCpuMax(cpuFile);
      const memoryBytes = readLimit(highFile);
      if (cpuCores === undefined || memoryBytes === undefined) return undefined;
      return { cpuCores, memoryBytes };
    },
    onPressure(callback) {
      // The kernel raises a file-modified event on every change of memory.events.
      const watcher = watchFile(`${folder}/memory.events`, callback);
      watcher?.on('error', () => watcher.close());
      return () => watcher?.close();
    },
    oomKills: () => readCounter(`${folder}/memory.events`, 'oom_kill'),
    processIds: () => readProcessIds(procsFile),
    standstill: standstill(folder),
    async remove() {
      await removeCgroupFolder(folder);
      if (dropCpuWeight(folder, WEIGHT)) tryRemove(dirname(folder));
    },
  };
}

/**
 * Undefined when the user has no inotify instance left (fs.inotify.max_user_instances): one program
 * may hold all of them. The loop then sees pressure at its next reading.
 */
function watchFile(path: string, callback: () => void): FSWatcher | undefined {
  try {
    return watch(path, callback);
  } catch (error) {
    if (hasCode(error, 'EMFILE', 'ENOSPC')) return undefined;
    throw error;
  }
}

/** Hands the controllers down to the children of `folder`. */
function delegate(folder: string): void {
  for (const controller of ['cpu', 'memory', 'pids']) {
    writeKernelFile(`${folder}/cgroup.subtree_control`, `+${controller}`);
  }
}

/** `memory.reclaim` is there from Linux 5.19 on, and says EAGAIN when it found less than was asked for. */
function standstill(folder: string): Standstill {
  const write = (frozen: 0 | 1): void => writeIfPresent(`${folder}/cgroup.freeze`, frozen);
  return {
    reclaim() {
      const cachedBytes = readCounter(`${folder}/memory.stat`, 'file');
      void writeWhileThereLater(`${folder}/memory.reclaim`, cachedBytes).catch(ignored);
    },
    freeze: () => write(1),
    thaw: () => write(0),
  };
}

function ignored(): void {}

function quotaUsec(cores: number): number {
  // Never more than was reserved: the rounded quotas of many add up to more than there is.
  return Math.max(MIN_QUOTA_USEC, Math.floor(cores * PERIOD_USEC + ROUNDING));
}

function limitText(bytes: number): string {
  return Number.isFinite(bytes) ? String(Math.floor(bytes)) : 'max';
}

function readCpuMax(path: string): number | undefined {
  const text = readWhileThere(path);
  if (text === undefined) return undefined;
  const [quota, period] = text.trim().split(' ');
  return quota === 'max' ? Number.POSITIVE_INFINITY : Number(quota) / Number(period);
}
