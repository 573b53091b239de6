import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunSummary } from '#model/summary.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { spread, type Spread } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';

const PROJECT = resolve(import.meta.dirname, '..');
const LIMBER = join(PROJECT, 'bin/limber.js');
const MAIN = join(PROJECT, 'dist/main.js');
const ENGINE = join(PROJECT, 'dist/commands/engine.js');
const CACHED = "require('node:module').enableCompileCache?.();";

/** How long `limber run -- true` takes from beginning to end, and where that time goes. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { runs: { type: 'string', default: '15' } },
  });
  if (!existsSync(MAIN)) throw new Error('bench start measures what is built: npm run build');
  const machine = beginBenchmark('start');
  const home = mkdtempSync(join(tmpdir(), 'limber-bench-'));
  try {
    const figures = measure(home, Number(values.runs));
    print(figures);
    writeResult('start', machine, { unit: 'ms', figures });
  } finally {
    rmSync(home, { recursive: true });
  }
}

type Figures = Readonly<Record<string, Spread>>;

/** Rounds over all of it: what disturbs the machine disturbs every figure alike. */
function measure(home: string, runs: number): Figures {
  const steps = stepsIn(home);
  const times = new Map<string, number[]>();
  for (let round = -1; round < runs; round++) {
    for (const [name, take] of Object.entries(steps)) {
      for (const [figure, ms] of Object.entries(take())) {
        // The first round fills the compile cache and makes the store.
        if (round < 0) continue;
        const key = figure === '' ? name : `${name}: ${figure}`;
        times.set(key, [...(times.get(key) ?? []), ms]);
      }
    }
  }
  return Object.fromEntries([...times].map(([name, values]) => [name, spread(values)]));
}

function stepsIn(home: string): Record<string, () => Record<string, number>> {
  const script = join(import.meta.dirname, 'programs/nothing.py');
  const node = (code: string) => timed(home, [process.execPath, '-e', CACHED + code]);
  const imports = `import(${JSON.stringify(MAIN)})`;
  const engine = `import(${JSON.stringify(ENGINE)}).then((m) => m.closeEngine(m.openEngine(process.env)))`;
  return {
    'bare bubblewrap': () => ({
      '': timed(home, ['bwrap', '--ro-bind', '/', '/', '--unshare-all', '--', '/bin/true']),
    }),
    'node start': () => ({ '': node('') }),
    'node + imports': () => ({ '': node(imports) }),
    'node + imports of the engine + config, store, ledger': () => ({ '': node(engine) }),
    'limber run -- true': () => limberRun(home, ['--', '/bin/true']),
    'limber run -- true, egress': () => limberRun(home, ['--network', 'egress', '--', '/bin/true']),
    'limber run nothing.py': () => limberRun(home, [script]),
    'limber --version': () => ({ '': timed(home, [process.execPath, LIMBER, '--version']) }),
  };
}

function limberRun(home: string, words: readonly string[]): Record<string, number> {
  const summaryPath = join(home, 'summary.json');
  const options = ['--quiet', '--summary', summaryPath];
  const wholeMs = timed(home, [process.execPath, LIMBER, 'run', ...options, ...words]);
  const summary = JSON.parse(readFileSync(summaryPath, 'utf8')) as RunSummary;
  const { analyzeSeconds, launchSeconds } = summary.overhead;
  return {
    '': wholeMs,
    analyze: analyzeSeconds * 1000,
    launch: launchSeconds * 1000,
    program: summary.wallSeconds * 1000,
  };
}

function timed(home: string, [command = '', ...args]: readonly string[]): number {
  const env = { ...process.env, LIMBER_HOME: home, NODE_COMPILE_CACHE: join(home, 'compiled') };
  const startedMs = performance.now();
  const { status, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
  const elapsedMs = performance.now() - startedMs;
  if (status === 0) return elapsedMs;
  throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
}

function print(figures: Figures): void {
  printTable([
    ['ms', 'median', 'min', 'max'],
    ...Object.entries(figures).map(([name, { median, min, max }]) => [
      name,
      median.toFixed(1),
      min.toFixed(1),
      max.toFixed(1),
    ]),
  ]);
}
