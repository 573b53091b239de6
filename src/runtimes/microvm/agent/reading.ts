import type { Sample } from '#model/sample.ts';

const SAMPLE_FIELDS = 13;
const END_FIELDS = 7;

/** The numbers of a guest, as probes/microvm/sample.c writes them. */
export type GuestCounters = {
  readonly memoryBytes: number;
  readonly peakBytes: number;
  readonly inactiveFileBytes: number;
  readonly oomKills: number;
  /** How often the limit was in the way. */
  readonly timesFull: number;
  readonly processes: number;
  readonly forksRefused: number;
  readonly availableBytes: number;
  readonly stalledUsec: number;
  /** Where the program is made to wait; 0 where nothing but the maximum holds it. */
  readonly limitBytes: number;
};

/** How the program ended, as probes/microvm/main.c tells it. */
export type GuestEnd = {
  readonly started: boolean;
  readonly exitCode: number | undefined;
  readonly signalNumber: number;
  readonly tmp: { readonly usedBytes: number; readonly sizeBytes: number };
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
};

const KIB = 1024;

/** Undefined for anything but a whole line of numbers: it comes from beside the program. */
export function parseSample(line: string): GuestCounters | undefined {
  const numbers = numbersOf(line, SAMPLE_FIELDS);
  if (!numbers?.every((number) => number >= 0)) return undefined;
  const at = (index: number): number => numbers[index]!;
  return {
    memoryBytes: at(1),
    peakBytes: at(2),
    inactiveFileBytes: at(3),
    oomKills: at(4),
    timesFull: at(5),
    processes: at(6),
    forksRefused: at(7),
    availableBytes: at(10) * KIB,
    stalledUsec: at(11),
    limitBytes: at(12),
  };
}

export function parseEnd(line: string): GuestEnd | undefined {
  const numbers = numbersOf(line, END_FIELDS);
  if (!numbers) return undefined;
  const at = (index: number): number => numbers[index]!;
  return {
    started: at(0) === 1,
    exitCode: at(1) < 0 ? undefined : at(1),
    signalNumber: at(2),
    tmp: { usedBytes: at(3), sizeBytes: at(4) },
    stdoutBytes: at(5),
    stderrBytes: at(6),
  };
}

function numbersOf(line: string, count: number): readonly number[] | undefined {
  const [form, ...words] = line.split(' ');
  const numbers = words.map(Number);
  return form === 'v1' && numbers.length === count && numbers.every(Number.isFinite)
    ? numbers
    : undefined;
}

/** What only the guest knows: its memory and processes. */
export function writeGuestPart(
  sample: Sample,
  counters: GuestCounters,
  {
    timesFullBefore,
    limitBytes,
  }: { readonly timesFullBefore: number; readonly limitBytes: number },
): void {
  sample.memoryBytes = counters.memoryBytes;
  sample.memoryReclaimableBytes = Math.min(counters.inactiveFileBytes, counters.memoryBytes);
  sample.memoryWorkingSetBytes = sample.memoryBytes - sample.memoryReclaimableBytes;
  sample.memoryPeakBytes = Math.max(counters.peakBytes, counters.memoryBytes);
  sample.memoryStalled =
    counters.timesFull > timesFullBefore && counters.memoryBytes >= limitBytes * NEARLY;
  sample.memoryStalledMsTotal = counters.stalledUsec / 1000;
  sample.oomKillsTotal = counters.oomKills;
  sample.processCount = counters.processes;
  sample.forksRefusedTotal = counters.forksRefused;
}

/** A cgroup counts in batches of pages per processor: at its limit it shows a little less. */
const NEARLY = 0.95;
