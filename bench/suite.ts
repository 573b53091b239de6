import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  figuresOf,
  limberRun,
  peakCoresOf,
  VARIED,
  type RunFigures,
} from './measure/limber-run.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { median, rounded } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';

const RIVALS = resolve(import.meta.dirname, 'rivals');
/** What whoever has to choose begins with; the same start as over recorded agents. */
const START = ['--memory', '512Mi', '--cpu', '1'];
const LIMITS = ['--max-memory', '4Gi', '--timeout', '3m'];
const FIRST_RUN = 'predictive, first run';

/** What the unlimited run of the same round reached. */
type Peak = { readonly cores: number; readonly bytes: number };

type Way = {
  readonly name: string;
  readonly options: (peak: Peak) => readonly string[];
  /** Runs in the home that this one left: what it taught counts. */
  readonly after?: string;
};

const rival = (name: string): Way => ({
  name,
  options: () => [...START, '--probe', 'off', '--policy', join(RIVALS, `${name}.ts`)],
});

const WAYS: readonly Way[] = [
  { name: FIRST_RUN, options: () => [] },
  { name: 'predictive, second run', options: () => [], after: FIRST_RUN },
  { name: 'threshold', options: () => [...START, '--probe', 'off', '--policy', 'threshold'] },
  ...['vpa', 'autopilot', 'captain', 'escra', 'senpai', 'opencomputer'].map(rival),
  { name: 'oracle: true peak', options: truePeak },
];

/** The size that nobody can know. */
function truePeak({ cores, bytes }: Peak): readonly string[] {
  const size = ['--memory', String(Math.ceil(bytes * 1.02) + 2 ** 21), '--cpu', cores.toFixed(2)];
  return ['--probe', 'off', '--policy', 'static', ...size];
}

/** `npm run bench -- suite`: real programs under Limber, every rival and a size that nobody can know. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', default: '' },
      ways: { type: 'string', default: '' },
    },
  });
  const machine = beginBenchmark('suite');
  const asked = values.ways.split(',').filter(Boolean);
  const ways = WAYS.filter(
    ({ name }) => asked.length === 0 || asked.some((way) => name.includes(way)),
  );
  const programs: Program[] = [];
  for (const script of readdirSync(VARIED).filter((name) => name.includes(values.only))) {
    const rounds: Round[] = [];
    for (let round = 0; round < Number(values.rounds); round++)
      rounds.push(await oneRound(script, ways));
    const rows = Object.fromEntries(ways.map(({ name }) => [name, mediansOf(name, rounds)]));
    programs.push({ script, rows });
    process.stdout.write(`\n${script}\n`);
    printTable([HEAD, ...Object.entries(rows).map(([name, row]) => cells(name, row))]);
  }
  const overall = Object.fromEntries(ways.map(({ name }) => [name, overallOf(name, programs)]));
  process.stdout.write('\nall programs (geometric means of ratios, sums of seconds and kills)\n');
  printTable([HEAD, ...Object.entries(overall).map(([name, row]) => cells(name, row))]);
  writeResult('suite', machine, { rounds: Number(values.rounds), overall, programs });
}

type Row = {
  readonly slowdown: number;
  readonly cpu: number;
  readonly memory: number;
  readonly throttledSeconds: number;
  readonly stalledSeconds: number;
  /** Runs that did not end as the program would have. */
  readonly killed: number;
};
type Program = { readonly script: string; readonly rows: Readonly<Record<string, Row>> };
type Round = {
  readonly unlimited: RunFigures;
  readonly ways: Readonly<Record<string, RunFigures>>;
};

const HEAD = [
  '',
  'slowdown',
  'CPU reserved/used',
  'memory reserved/used',
  'throttled s',
  'stalled s',
  'killed',
];

function cells(name: string, row: Row): string[] {
  const { slowdown, cpu, memory, throttledSeconds, stalledSeconds, killed } = row;
  return [
    name,
    ...[slowdown, cpu, memory, throttledSeconds, stalledSeconds, killed].map((value) =>
      String(rounded(value)),
    ),
  ];
}

/** Every way once, beside an unlimited run: what disturbs the machine disturbs all of them alike. */
async function oneRound(script: string, ways: readonly Way[]): Promise<Round> {
  const homes = new Map<string, string>();
  const homeOf = ({ name, after = '' }: Pick<Way, 'name' | 'after'>): string => {
    const home = homes.get(after) ?? mkdtempSync(join(tmpdir(), 'limber-suite-'));
    homes.set(name, home);
    return home;
  };
  const run = (way: Pick<Way, 'name' | 'after'>, options: readonly string[]) =>
    limberRun({
      script: join(VARIED, script),
      home: homeOf(way),
      options: [...LIMITS, ...options],
      config: {},
    });
  try {
    const unlimited = await run({ name: 'unlimited' }, ['--policy', 'unlimited', '--probe', 'off']);
    const peak = {
      cores: Math.max(0.1, await peakCoresOf(homes.get('unlimited')!)),
      bytes: unlimited.memory.peakBytes,
    };
    const figures: Record<string, RunFigures> = {};
    for (const way of ways) figures[way.name] = figuresOf(await run(way, way.options(peak)));
    return { unlimited: figuresOf(unlimited), ways: figures };
  } finally {
    for (const home of new Set(homes.values())) rmSync(home, { recursive: true });
  }
}

/** A run that was ended did not do its work: its time says nothing, and is left out. */
function mediansOf(name: string, rounds: readonly Round[]): Row {
  const all = rounds.map(({ unlimited, ways }) => ({ unlimited, figures: ways[name]! }));
  const done = all.filter(({ figures }) => figures.succeeded);
  const of = (read: (figures: RunFigures) => number) =>
    median(done.map(({ figures }) => read(figures)));
  return {
    slowdown: median(done.map(({ unlimited, figures }) => figures.seconds / unlimited.seconds)),
    cpu: of((figures) => figures.cpu),
    memory: of((figures) => figures.memory),
    throttledSeconds: of((figures) => figures.throttledSeconds),
    stalledSeconds: of((figures) => figures.stalledSeconds),
    killed: all.length - done.length,
  };
}

function overallOf(name: string, programs: readonly Program[]): Row {
  const rows = programs.map(({ rows: all }) => all[name]!);
  const done = rows.filter(({ slowdown }) => !Number.isNaN(slowdown));
  const geometric = (read: (row: Row) => number) =>
    Math.exp(done.reduce((sum, row) => sum + Math.log(read(row)), 0) / done.length);
  const total = (read: (row: Row) => number) => done.reduce((sum, row) => sum + read(row), 0);
  return {
    slowdown: geometric((row) => row.slowdown),
    cpu: geometric((row) => row.cpu),
    memory: geometric((row) => row.memory),
    throttledSeconds: total((row) => row.throttledSeconds),
    stalledSeconds: total((row) => row.stalledSeconds),
    killed: rows.reduce((sum, row) => sum + row.killed, 0),
  };
}
