import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '#config/load.ts';
import { pageSvg } from '#picture/page.ts';
import { randomFor } from '#simulate/random.ts';
import { totalsOf, type Totals } from '#simulate/result.ts';
import { simulateRun } from '#simulate/run.ts';
import { settingsFrom, type SimulationSettings } from '#simulate/settings.ts';
import { traceToDemand, WITHIN, type Within } from '#simulate/traces/to-demand.ts';
import type { Trace } from '#simulate/traces/trace.ts';
import { candidatesOf } from './agent-traces/candidates.ts';
import { crossValidate, type Validated } from './agent-traces/cross-validate.ts';
import { frontierPanel } from './agent-traces/picture.ts';
import { publishedFigures } from './agent-traces/published.ts';
import { readAgentTraces } from './agent-traces/read.ts';
import type { Candidate, Measured } from './agent-traces/types.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { rounded } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';

const LATENCY_MS = 100;
const MOST_OVER = 0.0003;
const SEED = 1;
const PICTURE = resolve(import.meta.dirname, '../docs/images/agent-traces.svg');
const NETWORK = { ingressBitsPerSecond: 1e9, egressBitsPerSecond: 1e9 };
const CAPACITY = { cpuCores: 4, memoryBytes: 8e9, ...NETWORK };
const MIN = { cpuCores: 0.01, memoryBytes: 4e6, ...NETWORK };
const INITIAL = { cpuCores: 1, memoryBytes: 512 * 2 ** 20, ...NETWORK };

/** All policies with all their settings over recorded agents, limits in force after 100 ms. */
export async function bench(args: readonly string[]): Promise<void> {
  const options = { only: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const traces = readAgentTraces();
  if (!traces) return void process.stdout.write('agent-traces: skipped, the data is not here\n');
  const machine = beginBenchmark('agent-traces');
  const published = publishedFigures(traces);
  const config = loadConfig({ env: {} });
  const candidates = candidatesOf(config, LATENCY_MS).filter(({ family }) =>
    family.includes(values.only ?? ''),
  );
  const settings = settingsFrom(config, CAPACITY, {
    actuationLatencyMs: LATENCY_MS,
    initial: INITIAL,
    constraints: { min: MIN, max: CAPACITY, priority: 50, mode: 'auto' },
  });
  const models = [];
  for (const within of WITHIN) {
    const measured = await measureAll({ traces, candidates, settings, within });
    models.push(report(within, measured));
  }
  if (values.only !== undefined) return;
  const panels = models.map(({ within, points }) => frontierPanel(within, points));
  writeFileSync(PICTURE, pageSvg(panels));
  writeResult('agent-traces', machine, { latencyMs: LATENCY_MS, published, models });
}

async function measureAll(work: {
  readonly traces: readonly Trace[];
  readonly candidates: readonly Candidate[];
  readonly settings: SimulationSettings;
  readonly within: Within;
}): Promise<Measured[]> {
  const { traces, candidates, settings, within } = work;
  const demands = traces.map((trace) => ({
    id: trace.id,
    demand: traceToDemand(trace, within, randomFor(SEED, trace.id)),
  }));
  const measured: Measured[] = [];
  for (const { family, setting, policy } of candidates) {
    const runs = [];
    for (const { id, demand } of demands)
      runs.push(await simulateRun({ id, demand, policy, settings }));
    measured.push({ family, setting, runs });
    process.stderr.write(`\r${within} ${measured.length} of ${candidates.length}`);
  }
  return measured;
}

function report(within: Within, measured: readonly Measured[]) {
  const points = measured.map(({ family, setting, runs }) => ({
    family,
    setting,
    ...figures(totalsOf(runs)),
  }));
  const families = [...new Set(measured.map(({ family }) => family))];
  const validated = families.map((family) =>
    crossValidate(
      measured.filter((each) => each.family === family),
      MOST_OVER,
    ),
  );
  process.stdout.write(`\n${within}: every setting\n`);
  printTable([
    HEAD,
    ...points.map((point) => [`${point.family} ${point.setting}`, ...cells(point)]),
  ]);
  process.stdout.write(
    `\n${within}: chosen for at most 0.03 % over on four fifths, measured on the fifth\n`,
  );
  printTable([HEAD, ...validated.map((each) => [each.family, ...cells(figures(each.totals))])]);
  return { within, points, crossValidated: validated.map(summary) };
}

const HEAD = [
  '',
  'slack %',
  'over %',
  'stalled %',
  'CPU res/used',
  'throttled %',
  'slowdown',
  'out of memory',
];

type Figures = ReturnType<typeof figures>;

function figures(totals: Totals) {
  return {
    slack: rounded(totals.memorySlack),
    over: rounded(totals.overShare),
    stalledShare: rounded(totals.stalledShare),
    cpuReservedPerUsed: rounded(totals.cpuReservedPerUsed),
    throttledShare: rounded(totals.throttledShare),
    slowdown: rounded(totals.slowdown),
    exhausted: totals.exhausted,
  };
}

function cells(point: Figures): string[] {
  const percent = (share: number) => String(Number((share * 100).toPrecision(3)));
  return [
    percent(point.slack),
    percent(point.over),
    percent(point.stalledShare),
    String(Number(point.cpuReservedPerUsed.toPrecision(3))),
    percent(point.throttledShare),
    point.slowdown.toFixed(4),
    String(point.exhausted),
  ];
}

function summary({ family, chosen, totals }: Validated) {
  return { family, chosen, ...figures(totals) };
}
