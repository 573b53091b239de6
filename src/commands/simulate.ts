import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findRun } from '#cli/run-reader.ts';
import type { SimulateOptions } from '#cli/simulate-options.ts';
import { comparisonTable, fleetTable, tableText } from '#cli/simulate-text.ts';
import { styleFor } from '#cli/style.ts';
import { resolvePaths, type Environment } from '#config/paths.ts';
import { LimberError } from '#model/errors.ts';
import { openStore } from '#record/store.ts';
import { compare, type Compared } from '#simulate/compare.ts';
import { curvePanels } from '#picture/curves.ts';
import { randomFor } from '#simulate/random.ts';
import { parseTraces } from '#simulate/traces/parse-trace.ts';
import { recordedTrace } from '#simulate/traces/recorded.ts';
import { traceToDemand } from '#simulate/traces/to-demand.ts';
import type { Trace } from '#simulate/traces/trace.ts';
import { print } from './deliver.ts';
import { openSimulation, withProgress, writePlot, type Simulation } from './simulation.ts';
import { simulateFleets } from './simulate-fleets.ts';

const RECORDED = 'run:';
/** More pictures than that nobody looks at. */
const MOST_PLOTTED = 6;

/** `limber simulate`: policies over traces, each run alone, or over a fleet. */
export async function simulateCommand(options: SimulateOptions, env: Environment): Promise<number> {
  if (options.traces.length === 0 && !options.fleet)
    throw new LimberError('usage-invalid', {
      problem: 'There is nothing to simulate: no trace is named, and no fleet with --arrivals',
      hint: 'See: limber simulate --help.',
    });
  const simulation = await openSimulation(options, env);
  const traces = readTraces(options, env);
  if (options.fleet) return tellFleets(options, await simulateFleets(options, simulation, traces));
  return tell(options, await compareOver(traces, options, simulation));
}

async function tellFleets(
  { json, seed, fleet }: SimulateOptions,
  fleets: Awaited<ReturnType<typeof simulateFleets>>,
): Promise<number> {
  if (json) return print(toJson({ seed, fleet, policies: fleets }));
  return print(tableText(fleetTable(fleets), styleFor(process.stdout)));
}

async function compareOver(
  traces: readonly Trace[],
  options: SimulateOptions,
  { policies, settings }: Simulation,
): Promise<readonly Compared[]> {
  const demands = traces.map((trace) => ({
    id: trace.id,
    demand: traceToDemand(trace, options.within, randomFor(options.seed, trace.id)),
  }));
  const plotted = options.plot === undefined ? [] : demands.slice(0, MOST_PLOTTED);
  const keep = new Set(plotted.map(({ id }) => id));
  return withProgress('runs', (onProgress) =>
    compare({ demands, policies, settings, keep, onProgress }),
  );
}

async function tell(
  { json, plot, seed, within }: SimulateOptions,
  compared: readonly Compared[],
): Promise<number> {
  const table = comparisonTable(compared);
  if (plot !== undefined) {
    const ids = [...(compared[0]?.timelines.keys() ?? [])];
    const panels = ids.flatMap((id) =>
      curvePanels(
        id,
        compared.map(({ policy, timelines }) => ({ policy, timeline: timelines.get(id) ?? [] })),
      ),
    );
    writePlot(plot, { title: 'Simulation', table, panels });
  }
  if (!json) return print(tableText(table, styleFor(process.stdout)));
  const policies = compared.map(({ policy, totals, runs }) => ({ policy, totals, runs }));
  return print(toJson({ seed, within, policies }));
}

function readTraces({ traces }: SimulateOptions, env: Environment): Trace[] {
  const read = traces.flatMap((name) =>
    name.startsWith(RECORDED)
      ? [readRecorded(name.slice(RECORDED.length), env)]
      : parseTraces(name, readText(name)),
  );
  return withDistinctIds(read);
}

/** The same name in two files is two runs. */
function withDistinctIds(traces: readonly Trace[]): Trace[] {
  const seen = new Map<string, number>();
  return traces.map((trace) => {
    const count = (seen.get(trace.id) ?? 0) + 1;
    seen.set(trace.id, count);
    return count === 1 ? trace : { ...trace, id: `${trace.id} (${count})` };
  });
}

function readText(path: string): string {
  try {
    return readFileSync(resolve(path), 'utf8');
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new LimberError('file-unreadable', { path, problem }, { cause: error });
  }
}

/** Throws `execution-unknown`, and `trace-empty` where nothing was recorded of it. */
export function readRecorded(id: string, env: Environment): Trace {
  const store = openStore(resolvePaths({ env, uid: process.getuid?.() ?? 0 }).home);
  try {
    const record = findRun(store, id);
    const timeline = store.timeline(record.id);
    if (timeline.length < 2)
      throw new LimberError('trace-empty', { id: record.id, count: timeline.length });
    return recordedTrace(record.id, timeline);
  } finally {
    store.close();
  }
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
