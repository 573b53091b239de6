import type { PlaceHistory } from './phase.ts';

/** Quantiles over past runs, weighted by how recent they are; within 1 %. */
export type HistoryQuantiles = {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** True when every run that tells was cut short or held back: the real value may be higher. */
  readonly atLeast: boolean;
};

/** Usage within one of ten equal parts of a past run. */
export type HistoryPart = { readonly cpuCores: number; readonly memoryWorkingSetBytes: number };

/** What runs of the same code needed. */
export type HistoryEstimate = {
  /** Runs that the estimate rests on. */
  readonly runs: number;
  /** The same after decay: a run of today counts 1, one of two weeks ago a half. */
  readonly weight: number;
  /** The very same code; code that differs in layout, comments or literals; the most similar code. */
  readonly relation: 'same' | 'shape' | 'similar';
  /** Mean distance of the code that it rests on, in feature space; 0 for the same. */
  readonly distance: number;
  readonly peakMemoryBytes: HistoryQuantiles;
  /** 95th percentile of the cores in use during a run. */
  readonly cpuCores: HistoryQuantiles;
  readonly ingressBitsPerSecond: HistoryQuantiles;
  readonly egressBitsPerSecond: HistoryQuantiles;
  readonly durationSeconds: HistoryQuantiles;
  /** Peak working set and mean cores within the first half second: what a start needs. */
  readonly startMemoryBytes: HistoryQuantiles;
  readonly startCpuCores: HistoryQuantiles;
  /** Course of the newest run that succeeded, in ten equal parts of its duration. */
  readonly course: readonly HistoryPart[];
  /** What each place of the code cost; of runs of the very same code only. */
  readonly places: readonly PlaceHistory[];
};
