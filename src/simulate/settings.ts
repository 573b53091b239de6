import type { Config } from '#config/schema.ts';
import type { Allocation } from '#model/allocation.ts';
import type { Constraints } from '#model/constraints.ts';
import { given } from '#model/given.ts';
import type { SamplingIntervals } from '#monitor/interval.ts';
import type { TrendSettings } from '#predict/trend/trend-settings.ts';

/** The imagined machine and the bounds of every run on it. */
export type SimulationSettings = {
  readonly intervals: SamplingIntervals;
  readonly trend: TrendSettings;
  readonly actuationLatencyMs: number;
  /** Whose kernel it has: on v1 reaching a memory limit hurts, so that more is kept free below it. */
  readonly cgroupVersion: 1 | 2;
  readonly initial: Allocation;
  readonly constraints: Constraints;
  /** What one node has. */
  readonly capacity: Allocation;
};

export const DEFAULT_LATENCY_MS = 1;

/** What the configuration says, on a node of this size. */
export function settingsFrom(
  config: Config,
  capacity: Allocation,
  changes: Partial<Omit<SimulationSettings, 'capacity'>> = {},
): SimulationSettings {
  const max = { ...capacity, ...given(config.max) };
  return {
    intervals: config.sampling,
    trend: config.predictive,
    actuationLatencyMs: DEFAULT_LATENCY_MS,
    cgroupVersion: 2,
    initial: config.base,
    constraints: { min: config.min, max, priority: 50, mode: 'auto' },
    capacity,
    ...changes,
  };
}
