import type { HistoryPart } from '#model/history.ts';
import type { RunSummary, TimelinePoint } from '#model/summary.ts';
import { weightedQuantile, type Weighted } from './weighted-quantile.ts';

const START_SECONDS = 0.5;
const PARTS = 10;
/** A run that lost more than this share of its CPU demand to the quota could have used more. */
const HEAVY_THROTTLING = 0.1;
/** Traffic this close to its limit was held back by it. */
const NEAR_LIMIT = 0.9;

/** A number read from one run. `atLeast`: something held the run back, or it was cut short. */
export type Measured = { readonly value: number; readonly atLeast: boolean };

/** What one run teaches about its code. */
export type Observation = {
  readonly peakMemoryBytes: Measured;
  readonly cpuCores: Measured;
  readonly cpuCoresP99: Measured;
  readonly ingressBitsPerSecond: Measured;
  readonly egressBitsPerSecond: Measured;
  readonly durationSeconds: Measured;
  readonly startMemoryBytes: Measured;
  readonly startCpuCores: Measured;
  /** Ten equal parts of the run. */
  readonly course: readonly HistoryPart[];
};

/** Undefined for what must not be learned from: simulated runs, lost runs, runs without readings. */
export function observe(
  summary: RunSummary,
  timeline: readonly TimelinePoint[],
): Observation | undefined {
  if (summary.runtime === 'simulated' || summary.outcome === 'lost') return undefined;
  if (timeline.length === 0) return undefined;
  const cutShort = summary.outcome !== 'succeeded';
  const cores = byTime(timeline, (point) => point.cpuCoresUsed);
  const cpuAtLeast = cutShort || isHeavilyThrottled(summary);
  const start = timeline.filter(({ atSeconds }) => atSeconds <= START_SECONDS);
  return {
    peakMemoryBytes: { value: peakOf(summary, timeline), atLeast: cutShort },
    cpuCores: { value: weightedQuantile(cores, 0.95), atLeast: cpuAtLeast },
    cpuCoresP99: { value: weightedQuantile(cores, 0.99), atLeast: cpuAtLeast },
    ingressBitsPerSecond: networkPeak(timeline, 'ingressBitsPerSecond', cutShort),
    egressBitsPerSecond: networkPeak(timeline, 'egressBitsPerSecond', cutShort),
    durationSeconds: { value: summary.wallSeconds, atLeast: cutShort },
    startMemoryBytes: {
      value: isShort(summary) ? peakOf(summary, timeline) : peak(start, workingSet),
      atLeast: start.some(({ memoryStalled }) => memoryStalled),
    },
    startCpuCores: {
      value: meanOf(byTime(start, (point) => point.cpuCoresUsed)),
      atLeast: start.some((point) => point.cpuCoresThrottled > HEAVY_THROTTLING),
    },
    course: courseOf(timeline, summary.wallSeconds),
  };
}

const workingSet = (point: TimelinePoint): number => point.memoryWorkingSetBytes;

/** The timeline keeps a reading every 100 ms: what a short program held in between is in its summary. */
function peakOf({ memory }: RunSummary, timeline: readonly TimelinePoint[]): number {
  return Math.max(memory.peakWorkingSetBytes ?? 0, peak(timeline, workingSet));
}

/** Its start is all of it. */
function isShort({ wallSeconds }: RunSummary): boolean {
  return wallSeconds <= START_SECONDS;
}

function isHeavilyThrottled({ cpu }: RunSummary): boolean {
  const demandedCoreSeconds = cpu.usedCoreSeconds + cpu.throttledSeconds;
  return cpu.throttledSeconds > HEAVY_THROTTLING * demandedCoreSeconds;
}

/** Readings come at uneven intervals: each counts for the time since the one before it. */
function byTime(
  points: readonly TimelinePoint[],
  read: (point: TimelinePoint) => number,
): readonly Weighted[] {
  return points.map((point, index) => ({
    value: read(point),
    weight: Math.max(0, point.atSeconds - (points[index - 1]?.atSeconds ?? 0)),
  }));
}

function meanOf(values: readonly Weighted[]): number {
  const total = values.reduce((sum, { weight }) => sum + weight, 0);
  const area = values.reduce((sum, { value, weight }) => sum + value * weight, 0);
  return total > 0 ? area / total : 0;
}

function peak(points: readonly TimelinePoint[], read: (point: TimelinePoint) => number): number {
  return points.reduce((highest, point) => Math.max(highest, read(point)), 0);
}

function networkPeak(
  timeline: readonly TimelinePoint[],
  key: 'ingressBitsPerSecond' | 'egressBitsPerSecond',
  cutShort: boolean,
): Measured {
  const busiest = timeline.reduce((most, point) => (point[key] > most[key] ? point : most));
  const heldBack = busiest[key] >= NEAR_LIMIT * busiest.allocation[key];
  return { value: busiest[key], atLeast: cutShort || heldBack };
}

function courseOf(timeline: readonly TimelinePoint[], wallSeconds: number): readonly HistoryPart[] {
  const lastSeconds = Math.max(wallSeconds, timeline.at(-1)?.atSeconds ?? 0);
  const cores = byTime(timeline, (point) => point.cpuCoresUsed);
  return Array.from({ length: PARTS }, (_, part) => {
    const isInside = (point: TimelinePoint) =>
      Math.min(PARTS - 1, Math.floor((point.atSeconds / lastSeconds) * PARTS)) === part;
    return {
      cpuCores: meanOf(cores.filter((_entry, index) => isInside(timeline[index]!))),
      memoryWorkingSetBytes: peak(timeline.filter(isInside), workingSet),
    };
  });
}
