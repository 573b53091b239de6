import { durationMs } from '#runtimes/simulated/demand.ts';
import type { Member } from './member.ts';

/** What one run cost and what held it up. */
export type RunResult = {
  readonly id: string;
  readonly outcome: 'succeeded' | 'memory-exhausted';
  /** With unlimited resources. */
  readonly demandSeconds: number;
  readonly wallSeconds: number;
  readonly cpu: {
    readonly usedCoreSeconds: number;
    readonly reservedCoreSeconds: number;
    /** Time in which it wanted more than it was allowed. */
    readonly throttledSeconds: number;
  };
  readonly memory: {
    readonly peakBytes: number;
    readonly usedByteSeconds: number;
    readonly reservedByteSeconds: number;
    readonly stalledSeconds: number;
    readonly intervals: number;
    /** Intervals of the trace in which it wanted more than it was allowed, for however short. */
    readonly intervalsOver: number;
  };
  readonly network: { readonly queuedSeconds: number; readonly reservedBitSeconds: number };
  readonly resizes: number;
  readonly ticks: number;
};

export function resultOf(member: Member, resizes: number): RunResult {
  const { managed, instance, demand } = member;
  const { account } = managed;
  const { progress } = instance;
  return {
    id: member.id,
    outcome: member.exhausted ? 'memory-exhausted' : 'succeeded',
    demandSeconds: durationMs(demand) / 1000,
    wallSeconds: (progress.nowMs - member.startMs) / 1000,
    cpu: {
      usedCoreSeconds: progress.cpuUsec / 1e6,
      reservedCoreSeconds: account.reservedCoreSeconds,
      throttledSeconds: progress.throttledMs / 1000,
    },
    memory: {
      peakBytes: progress.memoryPeakBytes,
      usedByteSeconds: progress.usedByteMs / 1000,
      reservedByteSeconds: account.reservedByteSeconds,
      stalledSeconds: progress.stalledMs / 1000,
      intervals: demand.intervalCount,
      intervalsOver: progress.intervalsOver,
    },
    network: {
      queuedSeconds: progress.queuedMs / 1000,
      reservedBitSeconds: account.reservedBitSeconds,
    },
    resizes,
    ticks: member.ticks,
  };
}

/** Many runs of one policy as one: sums of what adds up. */
export type Totals = {
  readonly runs: number;
  readonly exhausted: number;
  /** Wall time to the time that was needed, of all runs that came to their end. */
  readonly slowdown: number;
  /** 1 − used ÷ reserved. */
  readonly memorySlack: number;
  readonly overShare: number;
  readonly stalledShare: number;
  readonly cpuReservedPerUsed: number;
  readonly throttledShare: number;
  readonly resizes: number;
  readonly ticks: number;
};

export function totalsOf(results: readonly RunResult[]): Totals {
  const sum = (read: (result: RunResult) => number) =>
    results.reduce((total, result) => total + read(result), 0);
  const wallSeconds = sum((result) => result.wallSeconds);
  return {
    runs: results.length,
    exhausted: sum(({ outcome }) => (outcome === 'succeeded' ? 0 : 1)),
    slowdown: slowdownOf(results.filter(({ outcome }) => outcome === 'succeeded')),
    memorySlack:
      1 -
      sum(({ memory }) => memory.usedByteSeconds) / sum(({ memory }) => memory.reservedByteSeconds),
    overShare: sum(({ memory }) => memory.intervalsOver) / sum(({ memory }) => memory.intervals),
    stalledShare: sum(({ memory }) => memory.stalledSeconds) / wallSeconds,
    cpuReservedPerUsed:
      sum(({ cpu }) => cpu.reservedCoreSeconds) / sum(({ cpu }) => cpu.usedCoreSeconds),
    throttledShare: sum(({ cpu }) => cpu.throttledSeconds) / wallSeconds,
    resizes: sum((result) => result.resizes),
    ticks: sum((result) => result.ticks),
  };
}

/** NaN where none came to its end. */
function slowdownOf(results: readonly RunResult[]): number {
  const sum = (key: 'wallSeconds' | 'demandSeconds') =>
    results.reduce((total, result) => total + result[key], 0);
  return sum('wallSeconds') / sum('demandSeconds');
}
