import type { Sample } from '#model/sample.ts';

const FORM = 'v1';
const FIELDS = 12;

/** The counters of a container, as probes/pod/look.sh writes them. */
export type Counters = {
  readonly cpuUsec: number;
  readonly throttledUsec: number;
  readonly throttledPeriods: number;
  readonly memoryBytes: number;
  /** 0 where the kernel does not tell. */
  readonly peakBytes: number;
  readonly inactiveFileBytes: number;
  readonly oomKills: number;
  /** How often the memory limit was in the way. */
  readonly timesFull: number;
  readonly processes: number;
  readonly forksRefused: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
};

/** Undefined for anything but a whole line of numbers: it comes from beside the program. */
export function parseCounters(line: string): Counters | undefined {
  const [form, ...words] = line.split(' ');
  if (form !== FORM || words.length !== FIELDS) return undefined;
  const numbers = words.map(Number);
  if (!numbers.every((number) => Number.isFinite(number) && number >= 0)) return undefined;
  const [
    cpu,
    throttled,
    periods,
    memory,
    peak,
    inactive,
    kills,
    full,
    processes,
    refused,
    inn,
    out,
  ] = numbers as [number, number, number, number, number, number, number, number, number, number] &
    number[];
  return {
    cpuUsec: cpu,
    throttledUsec: throttled,
    throttledPeriods: periods,
    memoryBytes: memory,
    peakBytes: peak,
    inactiveFileBytes: inactive,
    oomKills: kills,
    timesFull: full,
    processes,
    forksRefused: refused,
    receivedBytes: inn ?? 0,
    sentBytes: out ?? 0,
  };
}

/** At this part of its limit, a container whose limit was in the way again can only wait. */
const AT_LIMIT = 0.97;

/** Writes the counters into the sample; rates are derived by whoever keeps the previous one. */
export function writeSample(
  sample: Sample,
  counters: Counters,
  { atMs, limitBytes, timesFullBefore }: WriteContext,
): void {
  sample.atMs = atMs;
  sample.cpuUsecTotal = counters.cpuUsec;
  sample.throttledUsecTotal = counters.throttledUsec;
  sample.throttledPeriodsTotal = counters.throttledPeriods;
  sample.memoryBytes = counters.memoryBytes;
  sample.memoryReclaimableBytes = Math.min(counters.inactiveFileBytes, counters.memoryBytes);
  sample.memoryWorkingSetBytes = sample.memoryBytes - sample.memoryReclaimableBytes;
  sample.memoryPeakBytes = Math.max(sample.memoryPeakBytes, counters.peakBytes, sample.memoryBytes);
  sample.memoryStalled =
    counters.timesFull > timesFullBefore && sample.memoryWorkingSetBytes >= limitBytes * AT_LIMIT;
  sample.oomKillsTotal = counters.oomKills;
  sample.processCount = counters.processes;
  sample.forksRefusedTotal = counters.forksRefused;
  sample.ingressBytesTotal = counters.receivedBytes;
  sample.egressBytesTotal = counters.sentBytes;
}

export type WriteContext = {
  readonly atMs: number;
  readonly limitBytes: number;
  readonly timesFullBefore: number;
};
