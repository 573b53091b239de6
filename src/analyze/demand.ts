import type {
  ComplexityClass,
  DataStructure,
  Demand,
  DemandEstimate,
  ExternalCall,
} from '#model/complexity.ts';
import { describeBytes } from '#model/quantities.ts';
import type { Language } from '#model/execution.ts';

const MEBIBYTE = 2 ** 20;
const GIBIBYTE = 2 ** 30;

export type DemandFacts = {
  readonly language: Language;
  readonly structures: readonly DataStructure[];
  readonly spaceClass: ComplexityClass | 'unknown';
  readonly externalCalls: readonly ExternalCall[];
  readonly parallelism: readonly { readonly what: string; readonly cores?: number }[];
  readonly waits: number;
  readonly loops: number;
};

/** Run times that collect garbage hold more than is alive. */
const COLLECTED: ReadonlySet<Language> = new Set([
  'javascript',
  'typescript',
  'java',
  'csharp',
  'go',
]);

/**
 * What runs showed beyond the structures that are written down (`npm run bench -- demand`): values in
 * passing, buffers, and what is not collected yet.
 */
const PASSING_BYTES = { own: 16 * MEBIBYTE, collected: 128 * MEBIBYTE } as const;
/** A table that grows is alive twice while it moves; what is made at once may be copied in part. */
const MOST_TIMES = { growing: 2.25, fixed: 1.5 } as const;

/** Of what starts as many threads or processes as the machine or the input has. */
const MANY_CORES = { likely: 4, high: 64 } as const;

/** What the code will need, each as an interval with its reason. */
export function demandOf(facts: DemandFacts): Demand {
  return {
    peakMemoryBytes: peakMemory(facts),
    cpuCores: cores(facts),
    networkIntensity: network(facts),
    idleShare: idle(facts),
  };
}

/** Nothing is known: every interval covers what programs do. */
export function unknownDemand(reason: string): Demand {
  return {
    peakMemoryBytes: { low: 0, likely: 32 * MEBIBYTE, high: 4 * GIBIBYTE, reason },
    cpuCores: { low: 0, likely: 1, high: 64, reason },
    networkIntensity: { low: 0, likely: 0.1, high: 1, reason },
    idleShare: { low: 0, likely: 0.2, high: 1, reason },
  };
}

function peakMemory(facts: DemandFacts): DemandEstimate {
  const { structures, spaceClass, language, externalCalls } = facts;
  const known = structures.reduce((total, { bytes = 0 }) => total + bytes, 0);
  const largest = structures.reduce(
    (most, each) => ((each.bytes ?? 0) > (most?.bytes ?? 0) ? each : most),
    structures[0],
  );
  const open = structures.some(({ bytes }) => bytes === undefined) || spaceClass !== 'constant';
  const grows = structures.some((each) => each.grows && each.bytes === undefined);
  const startsOthers = externalCalls.some(({ kind }) => kind === 'subprocess');
  const reason =
    known > 0
      ? `structures of known size add up to ${describeBytes(known)}, the largest in ${placeOf(largest!)}${grows ? '; others grow with input' : ''}`
      : open
        ? 'structures grow with input'
        : 'no structure of notable size';
  const passing = COLLECTED.has(language) ? PASSING_BYTES.collected : PASSING_BYTES.own;
  const closed = structures.reduce(
    (total, { bytes = 0, grows }) =>
      total + bytes * (grows ? MOST_TIMES.growing : MOST_TIMES.fixed),
    passing,
  );
  const high = open || startsOthers ? Math.max(closed, 2 * GIBIBYTE) : closed;
  return {
    low: Math.round(Math.max(0, known * 0.75 - MEBIBYTE)),
    likely: Math.round(known + (open ? 8 * MEBIBYTE : 0)),
    high: Math.round(high),
    reason,
  };
}

function placeOf({ line, elsewhere }: Pick<ExternalCall, 'line' | 'elsewhere'>): string {
  return elsewhere === undefined
    ? `line ${line}`
    : `line ${elsewhere.line} of ${elsewhere.file}, from line ${line}`;
}

function cores({ parallelism, language }: DemandFacts): DemandEstimate {
  const busy = parallelism.filter(({ cores }) => cores !== 0);
  const names = [...new Set(busy.map(({ what }) => what))].join(', ');
  if (busy.some(({ cores }) => cores === undefined))
    return { low: 1, ...MANY_CORES, reason: `runs in parallel: ${names}` };
  // Four threads of V8 compile and collect beside the program, about as many of Java; and each part of a pipe is a process.
  const own = language === 'shell' ? 4 : COLLECTED.has(language) ? 5 : 1;
  const beside = busy.reduce((total, each) => total + each.cores!, 0);
  return {
    low: beside > 1 ? 1 : 0,
    likely: Math.min(1 + beside, MANY_CORES.likely),
    high: Math.min(own + beside, MANY_CORES.high),
    reason: beside === 0 ? 'one thread of execution' : `${beside} beside its own: ${names}`,
  };
}

function network({ externalCalls, loops }: DemandFacts): DemandEstimate {
  const calls = externalCalls.filter(({ kind }) => kind !== 'subprocess');
  if (calls.length === 0) {
    const opaque = externalCalls.length > 0;
    return {
      low: 0,
      likely: opaque ? 0.05 : 0,
      high: opaque ? 1 : 0.05,
      reason: opaque ? 'starts other programs' : 'no call leaves the machine',
    };
  }
  const inLoop = calls.find(({ loopDepth }) => loopDepth > 0);
  const likely = inLoop ? 0.7 : loops > 2 ? 0.2 : 0.4;
  const named = inLoop ?? calls[0]!;
  return {
    // What is called may be on the machine itself.
    low: 0,
    likely,
    high: 1,
    reason: `${named.callee} in ${placeOf(named)}${inLoop ? ', inside a loop' : ''}`,
  };
}

function idle({ externalCalls, waits, loops }: DemandFacts): DemandEstimate {
  if (waits === 0 && externalCalls.length === 0)
    return { low: 0, likely: 0.02, high: 0.3, reason: 'never waits on purpose' };
  const weight = waits * 2 + externalCalls.length * 2;
  const likely = Math.round((weight / (weight + loops + 1)) * 100) / 100;
  return {
    low: 0,
    likely,
    high: 0.99,
    reason:
      waits > 0 ? counted(waits, 'blocking wait') : counted(externalCalls.length, 'external call'),
  };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
