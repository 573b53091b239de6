import type { TimelinePoint } from '#model/summary.ts';
import type { Demand } from '#runtimes/simulated/demand.ts';
import type { SimulatedPolicy } from './policy.ts';
import { totalsOf, type RunResult, type Totals } from './result.ts';
import { simulateRun } from './run.ts';
import type { SimulationSettings } from './settings.ts';

export type Compared = {
  readonly policy: string;
  readonly totals: Totals;
  readonly runs: readonly RunResult[];
  /** Of those runs whose curves were asked for. */
  readonly timelines: ReadonlyMap<string, readonly TimelinePoint[]>;
};

export type Comparison = {
  readonly demands: readonly { readonly id: string; readonly demand: Demand }[];
  readonly policies: readonly SimulatedPolicy[];
  readonly settings: SimulationSettings;
  /** The ids of the runs to keep the curves of. */
  readonly keep?: ReadonlySet<string>;
  readonly onProgress?: (done: number, all: number) => Promise<void> | void;
};

/** Every policy over every demand, each run alone on its node. */
export async function compare(comparison: Comparison): Promise<readonly Compared[]> {
  const { demands, policies, settings, keep, onProgress } = comparison;
  const compared: Compared[] = [];
  for (const [index, policy] of policies.entries()) {
    const runs: RunResult[] = [];
    const timelines = new Map<string, TimelinePoint[]>();
    for (const { id, demand } of demands) {
      const timeline: TimelinePoint[] = [];
      if (keep?.has(id)) timelines.set(id, timeline);
      const onPoint = keep?.has(id)
        ? (point: TimelinePoint) => void timeline.push(point)
        : undefined;
      runs.push(await simulateRun({ id, demand, policy, settings, ...(onPoint && { onPoint }) }));
      await onProgress?.(index * demands.length + runs.length, policies.length * demands.length);
    }
    compared.push({ policy: policy.name, totals: totalsOf(runs), runs, timelines });
  }
  return compared;
}
