import { readFileSync } from 'node:fs';
import type { Sample } from '#model/sample.ts';
import { isGone } from './kept-file.ts';
import type { Sampler } from './sources.ts';

/** USER_HZ, the unit of /proc/PID/stat times: 100 on every Linux port that Node runs on. */
const USEC_PER_CLOCK_TICK = 10_000;
const PAGE_BYTES = 4096;

type Totals = { cpuUsec: number; residentBytes: number; processes: number };

/**
 * Reads a process and everything below it from /proc, for machines where no cgroup can be had.
 * Dearer than a cgroup (three files per process) and blind to children that end between two
 * readings without being waited for; CPU time of those that were waited for is in their parent.
 * Source: proc_pid_stat(5), proc_pid_statm(5).
 */
export function openProcessTreeSampler(rootPid: number, sample: Sample): Sampler {
  let highestCpuUsec = 0;

  function readTree(): Totals | undefined {
    const totals: Totals = { cpuUsec: 0, residentBytes: 0, processes: 0 };
    if (!addProcess(rootPid, totals)) return undefined;
    highestCpuUsec = Math.max(highestCpuUsec, totals.cpuUsec);
    return totals;
  }

  const sampler: Sampler = {
    memoryLimitBytes: Number.POSITIVE_INFINITY,
    memoryAllocationBytes: Number.POSITIVE_INFINITY,
    cpuUsecTotal: () => (readTree() ? highestCpuUsec : -1),
    read(nowMs) {
      const totals = readTree();
      if (!totals) return false;
      sample.atMs = nowMs;
      sample.cpuUsecTotal = highestCpuUsec;
      sample.memoryBytes = totals.residentBytes;
      sample.memoryWorkingSetBytes = totals.residentBytes;
      sample.memoryPeakBytes = Math.max(sample.memoryPeakBytes, totals.residentBytes);
      sample.processCount = totals.processes;
      return true;
    },
    readEverything: (nowMs) => sampler.read(nowMs),
    close() {},
  };
  return sampler;
}

function addProcess(pid: number, totals: Totals): boolean {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === undefined) return false;
  totals.cpuUsec += cpuUsecOf(stat);
  totals.residentBytes += residentBytesOf(readProc(`/proc/${pid}/statm`) ?? '');
  totals.processes += 1;
  const children = readProc(`/proc/${pid}/task/${pid}/children`) ?? '';
  for (const child of children.split(' ')) if (child) addProcess(Number(child), totals);
  return true;
}

function cpuUsecOf(stat: string): number {
  // The command name is in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
  return ticks * USEC_PER_CLOCK_TICK;
}

function residentBytesOf(statm: string): number {
  return Number(statm.split(' ')[1] ?? 0) * PAGE_BYTES;
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
