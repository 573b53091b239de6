import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  figuresOf,
  limberRun,
  VARIED,
  type LimberRun,
  type RunFigures,
} from './measure/limber-run.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { median, rounded } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';

type Way = {
  readonly name: string;
  readonly options: readonly string[];
  readonly beliefs: { readonly code: boolean; readonly history: boolean };
  /** Runs before in the same home: what they teach counts. */
  readonly after?: string;
};

/** What beliefs rest on, one source more each time. */
const WAYS: readonly Way[] = [
  {
    name: 'unlimited',
    options: ['--policy', 'unlimited', '--probe', 'off'],
    beliefs: { code: false, history: false },
  },
  { name: '(a) usage', options: ['--probe', 'off'], beliefs: { code: false, history: false } },
  { name: '(b) + code', options: ['--probe', 'off'], beliefs: { code: true, history: false } },
  { name: '(c) + live', options: ['--probe', 'auto'], beliefs: { code: true, history: true } },
  {
    name: '(d) + history',
    options: ['--probe', 'auto'],
    beliefs: { code: true, history: true },
    after: '(c) + live',
  },
];

/**
 * `npm run bench -- ablation`: what each source of belief is worth, over programs of many kinds.
 * `--actuation 250`: where it takes so many milliseconds until a resize is in force.
 */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', default: '' },
      actuation: { type: 'string' },
    },
  });
  const actuationMs = values.actuation === undefined ? undefined : Number(values.actuation);
  const machine = beginBenchmark('ablation');
  const scripts = readdirSync(VARIED).filter((name) => name.includes(values.only));
  const programs: { readonly script: string; readonly ways: readonly (Row & { way: string })[] }[] =
    [];
  for (const script of scripts) {
    const rounds: Map<string, RunFigures>[] = [];
    for (let round = 0; round < Number(values.rounds); round++)
      rounds.push(await oneRound(script, actuationMs));
    const ways = WAYS.map(({ name }) => ({ way: name, ...medians(rounds, name) }));
    programs.push({ script, ways });
    process.stdout.write(`\n${script}\n`);
    printTable([HEAD, ...ways.map((figures) => rowOf(figures.way, figures))]);
  }
  const overall = WAYS.map(({ name }) => overallOf(name, programs));
  process.stdout.write('\nall programs (geometric means of ratios, sums of seconds)\n');
  printTable([HEAD, ...overall.map((figures) => rowOf(figures.way, figures))]);
  const name = actuationMs === undefined ? 'ablation' : `ablation-${actuationMs}`;
  writeResult(name, machine, { rounds: Number(values.rounds), actuationMs, overall, programs });
}

const HEAD = [
  '',
  'slowdown',
  'throttled s',
  'stalled s',
  'CPU res/used',
  'memory res/used',
  'resizes',
  'taken back',
];

type Row = Omit<RunFigures, 'seconds' | 'succeeded'> & { readonly slowdown: number };

function rowOf(way: string, row: Row): string[] {
  const { slowdown, throttledSeconds, stalledSeconds, cpu, memory, resizes, rolledBack } = row;
  const cells = [slowdown, throttledSeconds, stalledSeconds, cpu, memory, resizes, rolledBack];
  return [way, ...cells.map((cell) => String(rounded(cell)))];
}

/** Every way once; what disturbs the machine disturbs all of them alike. */
async function oneRound(
  script: string,
  actuationMs: number | undefined,
): Promise<Map<string, RunFigures>> {
  const homes = new Map<string, string>();
  const figures = new Map<string, RunFigures>();
  try {
    for (const way of WAYS) {
      const home = homes.get(way.after ?? '') ?? mkdtempSync(join(tmpdir(), 'limber-ablation-'));
      homes.set(way.name, home);
      figures.set(way.name, await run(script, way, { home, actuationMs }));
    }
  } finally {
    for (const home of new Set(homes.values())) rmSync(home, { recursive: true });
  }
  return figures;
}

async function run(
  script: string,
  way: Way,
  at: Pick<LimberRun, 'home' | 'actuationMs'>,
): Promise<RunFigures> {
  const summary = await limberRun({
    script: join(VARIED, script),
    ...at,
    options: ['--max-memory', '4Gi', ...way.options],
    config: { beliefs: way.beliefs },
  });
  const figures = figuresOf(summary);
  if (!figures.succeeded) throw new Error(`${script}, ${way.name}: ${summary.outcome}`);
  return figures;
}

function medians(rounds: readonly Map<string, RunFigures>[], way: string): Row {
  const of = (read: (figures: RunFigures) => number) =>
    median(rounds.map((round) => read(round.get(way)!)));
  return {
    slowdown: median(
      rounds.map((round) => round.get(way)!.seconds / round.get('unlimited')!.seconds),
    ),
    throttledSeconds: of((figures) => figures.throttledSeconds),
    stalledSeconds: of((figures) => figures.stalledSeconds),
    cpu: of((figures) => figures.cpu),
    memory: of((figures) => figures.memory),
    resizes: of((figures) => figures.resizes),
    rolledBack: of((figures) => figures.rolledBack),
  };
}

function overallOf(
  way: string,
  programs: readonly { readonly ways: readonly (Row & { way: string })[] }[],
) {
  const rows = programs.flatMap(({ ways }) => ways.filter((row) => row.way === way));
  const geometric = (read: (row: Row) => number) =>
    Math.exp(rows.reduce((sum, row) => sum + Math.log(read(row)), 0) / rows.length);
  const total = (read: (row: Row) => number) => rows.reduce((sum, row) => sum + read(row), 0);
  return {
    way,
    slowdown: rounded(geometric((row) => row.slowdown)),
    throttledSeconds: rounded(total((row) => row.throttledSeconds)),
    stalledSeconds: rounded(total((row) => row.stalledSeconds)),
    cpu: rounded(geometric((row) => row.cpu)),
    memory: rounded(geometric((row) => row.memory)),
    resizes: total((row) => row.resizes),
    rolledBack: total((row) => row.rolledBack),
  };
}
