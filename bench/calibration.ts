import { parseArgs } from 'node:util';
import { loadConfig } from '#config/load.ts';
import { readAgentTraces } from './agent-traces/read.ts';
import { addCoverage, coverageOf, emptyCoverage, type Coverage } from './calibration/coverage.ts';
import { runOfTrace } from './calibration/from-trace.ts';
import type { RecordedRun } from './calibration/readings.ts';
import { recordPrograms } from './calibration/record.ts';
import { COMPUTING, VARIED } from './measure/limber-run.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { rounded } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';

const HORIZONS_MS = [100, 300, 1000, 5000];
const FOLDS = 5;
/** Fewer forecasts are too few for a share. */
const ENOUGH = 200;
const OPTIONS = {
  times: { type: 'string', default: '3' },
  traces: { type: 'string', default: 'yes' },
} as const;

/**
 * How often the 95 % upper forecast held, per source, resource and horizon; of traces, of the programs that
 * what a run begins with was found on (src/predict/combine/beginnings.ts), and of others, each run `--times`
 * times. `--traces no` leaves the traces out.
 */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const machine = beginBenchmark('calibration');
  const trend = loadConfig({ env: {} }).predictive;
  const traces = values.traces === 'no' ? [] : readAgentTraces();
  const times = Number(values.times);
  if (!traces) process.stdout.write('calibration: traces skipped, the data is not here\n');
  const kinds: readonly (readonly [string, readonly RecordedRun[]])[] = [
    ['traces, ramp', (traces ?? []).map((trace) => runOfTrace(trace, 'ramp'))],
    ['traces, burst', (traces ?? []).map((trace) => runOfTrace(trace, 'burst'))],
    ['programs', times > 0 ? await recordPrograms(VARIED, times) : []],
    ['others', times > 0 ? await recordPrograms(COMPUTING, times) : []],
  ];
  const rows = kinds.flatMap(([kind, runs]) =>
    HORIZONS_MS.flatMap((horizonMs) => rowsOf(kind, runs, horizonMs, trend)),
  );
  printTable([Object.keys(rows[0]!), ...rows.map((row) => Object.values(row).map(String))]);
  writeResult('calibration', machine, { horizonsMs: HORIZONS_MS, folds: FOLDS, rows });
}

type Trend = Parameters<typeof coverageOf>[2];

function rowsOf(kind: string, runs: readonly RecordedRun[], horizonMs: number, trend: Trend) {
  const groups = [...new Set(runs.map(({ group }) => group))].sort();
  const folds = new Map<string, Coverage[]>();
  for (const run of runs)
    for (const [key, coverage] of coverageOf(run, horizonMs, trend)) {
      const own = folds.get(key) ?? Array.from({ length: FOLDS }, emptyCoverage);
      addCoverage(own[groups.indexOf(run.group) % FOLDS]!, coverage);
      folds.set(key, own);
    }
  return [...folds].map(([key, own]) => rowOf({ kind, key, horizonMs }, own));
}

/** Nothing is fitted to these runs; the folds, each of other tasks, show how far the share varies. */
function rowOf(
  what: { readonly kind: string; readonly key: string; readonly horizonMs: number },
  folds: readonly Coverage[],
) {
  const all = emptyCoverage();
  for (const fold of folds) addCoverage(all, fold);
  const shares = folds
    .filter(({ forecasts }) => forecasts >= ENOUGH)
    .map(({ held, forecasts }) => percent(held / forecasts));
  return {
    runs: what.kind,
    source: what.key,
    horizonMs: what.horizonMs,
    forecasts: all.forecasts,
    heldPercent: percent(all.held / all.forecasts),
    ofTimePercent: percent(all.heldMs / all.ms),
    foldsPercent: shares.length === 0 ? '' : `${Math.min(...shares)}–${Math.max(...shares)}`,
    ownHeldPercent: percent(all.ownHeld / all.forecasts),
    missedByMoreThan1Percent: percent(all.missed / all.forecasts),
    givenPerCame: rounded(all.given / all.came),
  };
}

function percent(share: number): number {
  return Number((share * 100).toFixed(1));
}
