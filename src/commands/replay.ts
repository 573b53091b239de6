import { findRun } from '#cli/run-reader.ts';
import type { ReplayOptions } from '#cli/simulate-options.ts';
import { comparisonTable, differencesText, tableText } from '#cli/simulate-text.ts';
import { styleFor } from '#cli/style.ts';
import { resolvePaths, type Environment } from '#config/paths.ts';
import { LimberError } from '#model/errors.ts';
import type { TimelinePoint } from '#model/summary.ts';
import { openStore } from '#record/store.ts';
import { compare, type Compared } from '#simulate/compare.ts';
import { differences } from '#simulate/differences.ts';
import { curvePanels } from '#picture/curves.ts';
import { seededRandom } from '#simulate/random.ts';
import { recordedTotals } from '#simulate/recorded-totals.ts';
import type { SimulationSettings } from '#simulate/settings.ts';
import { recordedTrace } from '#simulate/traces/recorded.ts';
import { traceToDemand } from '#simulate/traces/to-demand.ts';
import { print } from './deliver.ts';
import { openSimulation, withProgress, writePlot, type Simulation } from './simulation.ts';

type Recorded = {
  readonly id: string;
  readonly policy: string;
  readonly timeline: readonly TimelinePoint[];
  readonly settings: (of: SimulationSettings) => SimulationSettings;
};

/** `limber replay`: a recorded run under other policies, beside what happened. */
export async function replayCommand(options: ReplayOptions, env: Environment): Promise<number> {
  const recorded = readRun(options, env);
  const simulation = await openSimulation(options, env);
  const compared = await simulated(recorded, simulation);
  const happened = {
    policy: `${recorded.policy} (as it happened)`,
    timeline: recorded.timeline,
    totals: recordedTotals(recorded.timeline),
  };
  const table = comparisonTable([happened, ...compared]);
  if (options.plot !== undefined) {
    const curves = compared.map(({ policy, timelines }) => ({
      policy,
      timeline: timelines.get(recorded.id) ?? [],
    }));
    const panels = curvePanels(recorded.id, [happened, ...curves]);
    writePlot(options.plot, { title: `Replay of ${recorded.id}`, table, panels });
  }
  const compare = compared.map((each) => ({ ...each, differences: differing(recorded, each) }));
  return options.json ? tellJson(happened, compare) : tell(table, compare);
}

/** It runs under the constraints and from the size that it had. */
function readRun({ id, cpuCores, memoryBytes }: ReplayOptions, env: Environment): Recorded {
  const store = openStore(resolvePaths({ env, uid: process.getuid?.() ?? 0 }).home);
  try {
    const record = findRun(store, id);
    const timeline = store.timeline(record.id);
    if (timeline.length < 2)
      throw new LimberError('trace-empty', { id: record.id, count: timeline.length });
    const { constraints, policy } = record.submission;
    const initial = { ...(record.launched?.initial ?? timeline[0]!.allocation) };
    if (cpuCores !== undefined) initial.cpuCores = cpuCores;
    if (memoryBytes !== undefined) initial.memoryBytes = memoryBytes;
    const settings = (of: SimulationSettings): SimulationSettings => ({
      ...of,
      initial,
      constraints: { ...constraints, mode: 'auto' },
    });
    return { id: record.id, policy, timeline, settings };
  } finally {
    store.close();
  }
}

function simulated({ id, timeline, settings }: Recorded, simulation: Simulation) {
  const demand = traceToDemand(recordedTrace(id, timeline), 'ramp', seededRandom(1));
  return withProgress('runs', (onProgress) =>
    compare({
      demands: [{ id, demand }],
      policies: simulation.policies,
      settings: settings(simulation.settings),
      keep: new Set([id]),
      onProgress,
    }),
  );
}

function differing({ id, timeline }: Recorded, { timelines }: Compared) {
  return differences(timeline, timelines.get(id) ?? []);
}

type WithDifferences = Compared & { readonly differences: ReturnType<typeof differing> };

function tell(table: ReturnType<typeof comparisonTable>, compared: readonly WithDifferences[]) {
  const style = styleFor(process.stdout);
  const texts = compared.map((each) => differencesText(each.policy, each.differences, style));
  return print([tableText(table, style), ...texts].join('\n'));
}

function tellJson(
  happened: { readonly policy: string; readonly totals: unknown; readonly timeline: unknown },
  compared: readonly WithDifferences[],
) {
  const policies = compared.map(({ policy, totals, runs, timelines, differences: differs }) => ({
    policy,
    totals,
    run: runs[0],
    differences: differs,
    timeline: [...timelines.values()][0],
  }));
  return print(`${JSON.stringify({ happened, policies }, null, 2)}\n`);
}
