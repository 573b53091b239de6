import { createPolicy } from '#decide/create-policy.ts';
import { LiveSettings } from '#decide/live-settings.ts';
import type { TimelinePoint } from '#model/summary.ts';
import type { Demand } from '#runtimes/simulated/demand.ts';
import { seededRandom } from '#simulate/random.ts';
import { recordedTotals } from '#simulate/recorded-totals.ts';
import { simulateRun } from '#simulate/run.ts';
import { settingsFrom } from '#simulate/settings.ts';
import { recordedTrace } from '#simulate/traces/recorded.ts';
import { traceToDemand } from '#simulate/traces/to-demand.ts';
import { curveOf } from './curve.ts';
import type { Asked, Curve, ReplayQuestion } from './replayed.ts';

/** The recorded run as it happened, and under each policy from the same first size. Pure, and not quick. */
export async function replay(question: ReplayQuestion): Promise<readonly Curve[]> {
  const { id, timeline, asked } = question;
  const demand = traceToDemand(recordedTrace(id, timeline), 'ramp', seededRandom(1));
  const curves = [asItHappened(timeline)];
  for (const each of asked) curves.push(await simulated(question, demand, each));
  return curves;
}

function asItHappened(timeline: readonly TimelinePoint[]): Curve {
  const { throttledShare, stalledShare, resizes } = recordedTotals(timeline);
  const seconds = timeline.at(-1)!.atSeconds - timeline[0]!.atSeconds;
  return curveOf({ name: '', outcome: 'recorded' }, timeline, {
    throttledSeconds: throttledShare * seconds,
    stalledSeconds: stalledShare * seconds,
    resizes,
  });
}

async function simulated(
  { id, config, capacity, initial, constraints }: ReplayQuestion,
  demand: Demand,
  { name, policy, settings }: Asked,
): Promise<Curve> {
  const live = new LiveSettings(config);
  live.change(settings);
  const timeline: TimelinePoint[] = [];
  const { outcome, cpu, memory, resizes } = await simulateRun({
    id,
    demand,
    policy: {
      name,
      create: () => createPolicy(policy, live.policy),
      ...(policy === 'unlimited' && { initial: () => capacity }),
    },
    settings: settingsFrom(config, capacity, { initial, constraints }),
    onPoint: (point) => void timeline.push(point),
  });
  const { throttledSeconds } = cpu;
  const { stalledSeconds } = memory;
  return curveOf({ name, outcome }, timeline, { throttledSeconds, stalledSeconds, resizes });
}
