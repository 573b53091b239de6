import type { Sample } from '#model/sample.ts';
import { readNumber, readPidsEvents, workingSetBytes } from './cgroup-v1-sampler.ts';
import { createKeyedParser } from './keyed-file.ts';
import { KeptFile, sharedBuffer } from './kept-file.ts';
import { createMemoryWatch } from './memory-watch.ts';
import type { CgroupSources, Sampler } from './sources.ts';

const parseCpuStat = createKeyedParser(['usage_usec', 'nr_throttled', 'throttled_usec']);
const parseMemoryStat = createKeyedParser(['inactive_file']);
const parseMemoryEvents = createKeyedParser(['high', 'max', 'oom_kill']);

const cpuStat = new Float64Array(3);
const memoryStat = new Float64Array(1);
const memoryEvents = new Float64Array(3);

/** At memory.max with less than this share of it to reclaim, nothing useful happens any more. */
const NOTHING_TO_RECLAIM = 0.03;
/** Reclaim takes a little and a fault takes it back: the reading is rarely the limit itself. */
const AT_LIMIT = 0.98;

/**
 * Reads a cgroup v2 instance. A stall is what memory.high does: the `high` event counter moves
 * while usage stands at the limit, which means that allocating tasks are being slowed. Or what
 * memory.max does: as long as reclaim finds a page of the program's own code, which is read again at
 * once, the kernel ends nothing (`mem_cgroup_oom` is not reached in try_charge, mm/memcontrol.c).
 * Source: Documentation/admin-guide/cgroup-v2.rst.
 */
export function openCgroupV2Sampler(
  sources: Extract<CgroupSources, { version: 2 }>,
  sample: Sample,
): Sampler {
  const { folder } = sources;
  const files = {
    cpuStat: KeptFile.open(`${folder}/cpu.stat`),
    memoryCurrent: KeptFile.open(`${folder}/memory.current`),
    memoryPeak: KeptFile.open(`${folder}/memory.peak`),
    memoryStat: KeptFile.open(`${folder}/memory.stat`),
    memoryEvents: KeptFile.open(`${folder}/memory.events`),
    pidsCurrent: KeptFile.open(`${folder}/pids.current`),
    pidsEvents: KeptFile.open(`${folder}/pids.events`),
  };
  const watch = createMemoryWatch();
  let highEvents = 0;
  let maxEvents = 0;
  let memoryChanged = true;

  function readCpu(): boolean {
    const length = files.cpuStat?.read() ?? -1;
    if (length < 0) return false;
    parseCpuStat(sharedBuffer, length, cpuStat);
    return true;
  }

  function readUsage(nowMs: number): boolean {
    if (!readCpu()) return false;
    const memoryBytes = readNumber(files.memoryCurrent, 0);
    memoryChanged = memoryBytes !== sample.memoryBytes || cpuStat[0] !== sample.cpuUsecTotal;
    sample.atMs = nowMs;
    sample.cpuUsecTotal = cpuStat[0]!;
    sample.throttledPeriodsTotal = cpuStat[1]!;
    sample.throttledUsecTotal = cpuStat[2]!;
    sample.memoryBytes = memoryBytes;
    return true;
  }

  function readDetail(): void {
    const length = files.memoryStat?.read() ?? -1;
    if (length > 0) {
      parseMemoryStat(sharedBuffer, length, memoryStat);
      sample.memoryReclaimableBytes = memoryStat[0]!;
    }
    // memory.peak exists since Linux 5.19; before, the highest reading stands in for it.
    const seen = Math.max(sample.memoryPeakBytes, sample.memoryBytes);
    sample.memoryPeakBytes = readNumber(files.memoryPeak, seen);
    sample.processCount = readNumber(files.pidsCurrent, sample.processCount);
    sample.forksRefusedTotal = readPidsEvents(files.pidsEvents, sample.forksRefusedTotal);
  }

  function readStall(nowMs: number): void {
    const length = files.memoryEvents?.read() ?? -1;
    if (length < 0) return;
    parseMemoryEvents(sharedBuffer, length, memoryEvents);
    sample.oomKillsTotal = memoryEvents[2]!;
    watch.stalled(sample, isSlowed() || isExhausted(), nowMs);
    highEvents = memoryEvents[0]!;
    maxEvents = memoryEvents[1]!;
  }

  function isSlowed(): boolean {
    return memoryEvents[0]! > highEvents && sample.memoryBytes >= sampler.memoryLimitBytes;
  }

  function isExhausted(): boolean {
    return (
      memoryEvents[1]! > maxEvents &&
      sample.memoryBytes >= sampler.memoryLimitBytes * AT_LIMIT &&
      sample.memoryReclaimableBytes < sampler.memoryLimitBytes * NOTHING_TO_RECLAIM
    );
  }

  const sampler: Sampler = {
    memoryLimitBytes: Number.POSITIVE_INFINITY,
    memoryAllocationBytes: Number.POSITIVE_INFINITY,
    cpuUsecTotal: () => (readCpu() ? cpuStat[0]! : -1),
    read(nowMs) {
      if (!readUsage(nowMs)) return false;
      if (watch.wantsDetail(sample, sampler.memoryAllocationBytes, nowMs, memoryChanged))
        readDetail();
      // oom_kill is read here too: with memory.max reached the limit is near by definition.
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
      for (const file of Object.values(files)) file?.close();
    },
  };
  return sampler;
}
