import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import type { RunSummary } from '#model/summary.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { median, rounded } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';

const PROGRAMS = resolve(import.meta.dirname, 'programs/varied');
const MAIN = resolve(import.meta.dirname, '../src/main.ts');
const START = `import(${JSON.stringify(MAIN)}).then((m) => m.main(process.argv.slice(1))).then((code) => { process.exitCode = code; });`;

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

type Figures = {
  readonly seconds: number;
  readonly throttledSeconds: number;
  readonly stalledSeconds: number;
  readonly cpu: number;
  readonly memory: number;
  readonly resizes: number;
  readonly rolledBack: number;
};

/** `npm run bench -- ablation`: what each source of belief is worth, over programs of many kinds. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', default: '' },
    },
  });
  const machine = beginBenchmark('ablation');
  const scripts = readdirSync(PROGRAMS).filter((name) => name.includes(values.only));
  const programs: { readonly script: string; readonly ways: readonly (Row & { way: string })[] }[] =
    [];
  for (const script of scripts) {
    const rounds: Map<string, Figures>[] = [];
    for (let round = 0; round < Number(values.rounds); round++) rounds.push(await oneRound(script));
    const ways = WAYS.map(({ name }) => ({ way: name, ...medians(rounds, name) }));
    programs.push({ script, ways });
    process.stdout.write(`\n${script}\n`);
    printTable([HEAD, ...ways.map((figures) => rowOf(figures.way, figures))]);
  }
  const overall = WAYS.map(({ name }) => overallOf(name, programs));
  process.stdout.write('\nall programs (geometric means of ratios, sums of seconds)\n');
  printTable([HEAD, ...overall.map((figures) => rowOf(figures.way, figures))]);
  writeResult('ablation', machine, { rounds: Number(values.rounds), overall, programs });
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

type Row = Omit<Figures, 'seconds'> & { readonly slowdown: number };

function rowOf(way: string, row: Row): string[] {
  const { slowdown, throttledSeconds, stalledSeconds, cpu, memory, resizes, rolledBack } = row;
  const cells = [slowdown, throttledSeconds, stalledSeconds, cpu, memory, resizes, rolledBack];
  return [way, ...cells.map((cell) => String(rounded(cell)))];
}

/** Every way once; what disturbs the machine disturbs all of them alike. */
async function oneRound(script: string): Promise<Map<string, Figures>> {
  const homes = new Map<string, string>();
  const figures = new Map<string, Figures>();
  try {
    for (const way of WAYS) {
      const home = homes.get(way.after ?? '') ?? mkdtempSync(join(tmpdir(), 'limber-ablation-'));
      homes.set(way.name, home);
      figures.set(way.name, await run(script, way, home));
    }
  } finally {
    for (const home of new Set(homes.values())) rmSync(home, { recursive: true });
  }
  return figures;
}

async function run(script: string, way: Way, home: string): Promise<Figures> {
  const [config, summaryPath] = [join(home, 'config.json'), join(home, 'summary.json')];
  writeFileSync(config, JSON.stringify({ beliefs: way.beliefs }));
  cpSync(join(PROGRAMS, script), join(home, script));
  const options = ['--quiet', '--max-memory', '4Gi', '--summary', summaryPath, ...way.options];
  const child = spawn(
    process.execPath,
    ['--conditions=limber-source', '-e', START, '--', 'run', ...options, script],
    {
      cwd: home,
      env: { ...process.env, LIMBER_HOME: join(home, 'state'), LIMBER_CONFIG: config },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const [errors, [exitCode]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (exitCode !== 0) throw new Error(`${script}, ${way.name}: ended with ${exitCode}: ${errors}`);
  return figuresOf(JSON.parse(readFileSync(summaryPath, 'utf8')) as RunSummary);
}

function figuresOf({ wallSeconds, cpu, memory, resizes }: RunSummary): Figures {
  return {
    seconds: wallSeconds,
    throttledSeconds: cpu.throttledSeconds,
    stalledSeconds: memory.stalledSeconds,
    cpu: cpu.reservedCoreSeconds / cpu.usedCoreSeconds,
    memory: memory.reservedByteSeconds / memory.usedByteSeconds,
    resizes: resizes.cpu + resizes.memory + resizes.network,
    rolledBack: resizes.rolledBack,
  };
}

function medians(rounds: readonly Map<string, Figures>[], way: string): Row {
  const of = (read: (figures: Figures) => number) =>
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
