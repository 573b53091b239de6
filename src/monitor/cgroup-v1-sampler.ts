import type { Sample } from '#model/sample.ts';
import { createKeyedParser } from './keyed-file.ts';
import { KeptFile, sharedBuffer } from './kept-file.ts';
import { createMemoryWatch } from './memory-watch.ts';
import { parseUnsigned } from './parse-number.ts';
import type { CgroupSources, Sampler } from './sources.ts';

const NSEC_PER_USEC = 1000;

const parseCpuStat = createKeyedParser(['nr_throttled', 'throttled_time']);
const parseMemoryStat = createKeyedParser(['total_inactive_file']);
const parseOomControl = createKeyedParser(['under_oom', 'oom_kill']);

const cpuStat = new Float64Array(2);
const memoryStat = new Float64Array(1);
const oomControl = new Float64Array(2);

const RECLAIM_SHOWS_WITHIN_MS = 5000;
/** A program that was throttled appears in cpu.stat up to two periods after it last ran. */
const THROTTLING_SHOWS_WITHIN_MS = 250;

/**
 * Reads a cgroup v1 instance. CPU and memory usage every time; the dearer files (memory.stat walks
 * the statistics of every CPU) only near the limit or every 100 ms, and none of them while nothing
 * ran and memory stands still: a thousand idle instances then cost one short read each.
 * Source: Documentation/admin-guide/cgroup-v1/{memory,cpuacct}.rst, scheduler/sched-bwc.rst.
 */
export function openCgroupV1Sampler(
  sources: Extract<CgroupSources, { version: 1 }>,
  sample: Sample,
): Sampler {
  const files = {
    cpuUsage: KeptFile.open(`${sources.cpuacctFolder}/cpuacct.usage`),
    cpuStat: KeptFile.open(`${sources.cpuFolder}/cpu.stat`),
    memoryUsage: KeptFile.open(`${sources.memoryFolder}/memory.usage_in_bytes`),
    memoryPeak: KeptFile.open(`${sources.memoryFolder}/memory.max_usage_in_bytes`),
    memoryStat: KeptFile.open(`${sources.memoryFolder}/memory.stat`),
    oomControl: KeptFile.open(`${sources.memoryFolder}/memory.oom_control`),
    pidsCurrent: sources.pidsFolder && KeptFile.open(`${sources.pidsFolder}/pids.current`),
    pidsEvents: sources.pidsFolder && KeptFile.open(`${sources.pidsFolder}/pids.events`),
  };
  const watch = createMemoryWatch();
  let ranAtMs = Number.NEGATIVE_INFINITY;
  let memoryChanged = true;
  let memoryDueMs = Number.NEGATIVE_INFINITY;

  function readCpuStat(): void {
    const length = files.cpuStat?.read() ?? -1;
    if (length > 0) parseCpuStat(sharedBuffer, length, cpuStat);
    if (length <= 0) return;
    sample.throttledPeriodsTotal = cpuStat[0]!;
    sample.throttledUsecTotal = cpuStat[1]! / NSEC_PER_USEC;
  }

  /** Memory of an instance in which nothing ran changes only through the host's reclaim. */
  function readMemoryUsage(nowMs: number): void {
    memoryChanged = false;
    if (ranAtMs !== nowMs && nowMs < memoryDueMs) return;
    memoryDueMs = nowMs + RECLAIM_SHOWS_WITHIN_MS;
    const memoryBytes = readNumber(files.memoryUsage, sample.memoryBytes);
    memoryChanged = memoryBytes !== sample.memoryBytes || ranAtMs === nowMs;
    sample.memoryBytes = memoryBytes;
  }

  function readUsage(nowMs: number): boolean {
    const cpuUsec = sampler.cpuUsecTotal();
    if (cpuUsec < 0) return false;
    if (cpuUsec !== sample.cpuUsecTotal) ranAtMs = nowMs;
    sample.atMs = nowMs;
    sample.cpuUsecTotal = cpuUsec;
    if (nowMs - ranAtMs <= THROTTLING_SHOWS_WITHIN_MS) readCpuStat();
    readMemoryUsage(nowMs);
    return true;
  }

  function readDetail(): void {
    const length = files.memoryStat?.read() ?? -1;
    if (length > 0) {
      parseMemoryStat(sharedBuffer, length, memoryStat);
      sample.memoryReclaimableBytes = memoryStat[0]!;
    }
    sample.memoryPeakBytes = readNumber(files.memoryPeak, sample.memoryPeakBytes);
    sample.processCount = readNumber(files.pidsCurrent, sample.processCount);
    sample.forksRefusedTotal = readPidsEvents(files.pidsEvents, sample.forksRefusedTotal);
  }

  function readStall(nowMs: number): void {
    const length = files.oomControl?.read() ?? -1;
    if (length < 0) return;
    parseOomControl(sharedBuffer, length, oomControl);
    sample.oomKillsTotal = oomControl[1]!;
    watch.stalled(sample, oomControl[0] === 1, nowMs);
  }

  const sampler: Sampler = {
    memoryLimitBytes: Number.POSITIVE_INFINITY,
    memoryAllocationBytes: Number.POSITIVE_INFINITY,
    cpuUsecTotal: () => readNumber(files.cpuUsage, -NSEC_PER_USEC) / NSEC_PER_USEC,
    read(nowMs) {
      if (!readUsage(nowMs)) return false;
      if (watch.wantsDetail(sample, sampler.memoryAllocationBytes, nowMs, memoryChanged))
        readDetail();
      // A task that sleeps at its limit runs nothing: a stall is looked for at every reading.
      if (watch.isNear(sample, sampler.memoryLimitBytes)) readStall(nowMs);
      else watch.stalled(sample, false, nowMs);
      sample.memoryWorkingSetBytes = workingSetBytes(sample);
      return true;
    },
    readEverything(nowMs) {
      readDetail();
      return sampler.read(nowMs);
    },
    close() {
      for (const file of Object.values(files)) if (file) file.close();
    },
  };
  return sampler;
}

export function workingSetBytes(sample: Sample): number {
  return Math.max(0, sample.memoryBytes - sample.memoryReclaimableBytes);
}

export function readNumber(file: KeptFile | undefined | '', fallback: number): number {
  const length = file ? file.read() : -1;
  if (length <= 0) return fallback;
  const value = parseUnsigned(sharedBuffer, 0, length);
  return Number.isNaN(value) ? fallback : value;
}

const parsePidsEvents = createKeyedParser(['max']);
const pidsEvents = new Float64Array(1);

export function readPidsEvents(file: KeptFile | undefined | '', fallback: number): number {
  const length = file ? file.read() : -1;
  if (length <= 0) return fallback;
  parsePidsEvents(sharedBuffer, length, pidsEvents);
  return pidsEvents[0]!;
}
