import { Outlooks } from '#predict/outlook.ts';
import { mapAllocation } from '#model/allocation.ts';
import type { Quantiles } from '#model/forecast.ts';
import type { TimelinePoint } from '#model/summary.ts';
import { readAgentTraces } from './agent-traces/read.ts';
import { runOfTrace } from './calibration/from-trace.ts';
import type { Reading } from './calibration/readings.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { printTable } from './measure/table.ts';

const POINT_MS = 100;
/** Forecasts that follow each other closely have the same outcome. */
const EVERY = 7;
const SHARES = ['p50', 'p90', 'p95', 'p99'] as const;
const UNLIMITED = mapAllocation(() => Number.POSITIVE_INFINITY);

type Held = { made: number; held: Quantiles; given: number; came: number };

/** `npm run bench -- outlook`: how often each quantile of the highest use held in recorded agent runs. */
export async function bench(): Promise<void> {
  const machine = beginBenchmark('outlook');
  const traces = readAgentTraces();
  if (!traces) return void process.stdout.write('outlook: skipped, the data is not here\n');
  const sums = new Map<string, Held>();
  for (const trace of traces) replay(pointsOf(runOfTrace(trace, 'burst').readings), sums);
  const rows = [...sums].map(([name, { made, held, given, came }]) => ({
    of: name,
    forecasts: made,
    ...Object.fromEntries(SHARES.map((share) => [share, percent(held[share] / made)])),
    p95PerCame: Number((given / came).toFixed(2)),
  }));
  printTable([Object.keys(rows[0]!), ...rows.map((row) => Object.values(row).map(String))]);
  writeResult('outlook', machine, { runs: traces.length, rows });
}

function replay(points: readonly TimelinePoint[], sums: Map<string, Held>): void {
  const outlooks = new Outlooks();
  for (const [index, point] of points.entries()) {
    outlooks.observe(point);
    if (index % EVERY > 0) continue;
    for (const { horizonMs, memoryBytes, cpuCores } of outlooks.look(UNLIMITED)) {
      const until = index + horizonMs / POINT_MS;
      if (until >= points.length) break;
      const came = points.slice(index + 1, until + 1);
      count(sums, `memory in ${horizonMs / 1000} s`, {
        quantiles: memoryBytes,
        came: Math.max(...came.map(({ memoryWorkingSetBytes }) => memoryWorkingSetBytes)),
      });
      count(sums, `cpu in ${horizonMs / 1000} s`, {
        quantiles: cpuCores,
        came: Math.max(...came.map(({ cpuCoresUsed }) => cpuCoresUsed)),
      });
    }
  }
}

function count(
  sums: Map<string, Held>,
  name: string,
  { quantiles, came }: { readonly quantiles: Quantiles; readonly came: number },
): void {
  const none = { made: 0, held: { p50: 0, p90: 0, p95: 0, p99: 0 }, given: 0, came: 0 };
  const sum = sums.get(name) ?? none;
  sum.made++;
  for (const share of SHARES) if (came <= quantiles[share]) sum.held[share]++;
  sum.given += quantiles.p95;
  sum.came += came;
  sums.set(name, sum);
}

/** Ten a second, as a server tells them; what was not read in between stayed as it was. */
function pointsOf(readings: readonly Reading[]): TimelinePoint[] {
  const points: TimelinePoint[] = [];
  let next = 0;
  for (let atMs = readings[0]!.atMs; atMs <= readings.at(-1)!.atMs; atMs += POINT_MS) {
    while (next + 1 < readings.length && readings[next + 1]!.atMs <= atMs) next++;
    points.push(pointOf(atMs, readings[next]!));
  }
  return points;
}

function pointOf(atMs: number, { cpuCores, memoryBytes }: Reading): TimelinePoint {
  return {
    atSeconds: atMs / 1000,
    allocation: UNLIMITED,
    cpuCoresUsed: cpuCores,
    cpuCoresThrottled: 0,
    memoryBytes,
    memoryWorkingSetBytes: memoryBytes,
    memoryStalled: false,
    ingressBitsPerSecond: 0,
    egressBitsPerSecond: 0,
    processCount: 1,
    activity: '',
    place: '',
  };
}

function percent(share: number): number {
  return Number((share * 100).toFixed(1));
}
