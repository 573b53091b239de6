import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DatabaseSync } from 'node:sqlite';
import { analyzeProgram } from '#analyze/project/analyze-program.ts';
import { languageOf } from '#analyze/language-of.ts';
import { loadConfig } from '#config/load.ts';
import type { ComplexityProfile } from '#model/complexity.ts';
import type { HistoryEstimate } from '#model/history.ts';
import { historyOf } from '#record/history/history.ts';
import { featuresOf } from '#size/features.ts';
import { interpreterBytesOf } from '#size/interpreter-bytes.ts';
import { limberRun, peakCoresOf } from './measure/limber-run.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { rounded } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';

const PROGRAMS = resolve(import.meta.dirname, 'programs');
const FOLDERS = ['varied', 'computing', 'demand'];
const MIB = 2 ** 20;
/** What a reading of a tenth of a second cannot tell from nothing. */
const LEAST_CORES = 0.1;
const WITHIN = 2;

type Need = { readonly memoryBytes: number; readonly cores: number };
type Row = {
  readonly name: string;
  readonly actual: Need;
  /** What the code says; what the most similar of the other programs needed. */
  readonly code: Need;
  readonly others: Need | undefined;
};

/**
 * `npm run bench -- prior`: peak memory and cores that are believed of a program before its first
 * instruction, beside what its first run takes. Every program is unseen: all others have run before it.
 */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string', default: '' } },
  });
  const machine = beginBenchmark('prior');
  const home = mkdtempSync(join(tmpdir(), 'limber-prior-'));
  try {
    const runs = [];
    for (const name of programNames().filter((each) => each.includes(values.only)))
      runs.push({ name, actual: await runOnce(name, home) });
    const rows: Row[] = [];
    for (const { name, actual } of runs)
      rows.push({ name, actual, ...(await believed(name, home)) });
    printTable([
      ['MiB, cores', 'took', 'code says', '', 'others took', ''],
      ...rows.map(({ name, actual, code, others }) => [
        name,
        textOf(actual),
        textOf(code),
        missed(code, actual),
        others ? textOf(others) : '–',
        others ? missed(others, actual) : '',
      ]),
    ]);
    const figures = {
      code: shareWithin(rows, ({ code }) => code),
      others: shareWithin(rows, ({ others }) => others),
    };
    process.stdout.write(`\nwithin ${WITHIN}×: ${JSON.stringify(figures)}\n`);
    writeResult('prior', machine, { within: WITHIN, figures, programs: rows });
  } finally {
    rmSync(home, { recursive: true });
  }
}

/** Those that fetch need a server; what they take is the same kind of program. */
function programNames(): readonly string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(PROGRAMS, folder))
      .filter((name) => !name.startsWith('fetch'))
      .map((name) => join(folder, name)),
  );
}

async function runOnce(name: string, home: string): Promise<Need> {
  const script = join(PROGRAMS, name);
  const options = ['--max-memory', '4Gi'];
  const { memory } = await limberRun({ script, home, options, config: {} });
  return { memoryBytes: memory.peakBytes, cores: await peakCoresOf(home) };
}

async function believed(name: string, home: string): Promise<Pick<Row, 'code' | 'others'>> {
  const path = join(PROGRAMS, name);
  const language = languageOf(path, readFileSync(path, 'utf8'));
  const { weights } = loadConfig({ env: {} }).complexity;
  const profile = await analyzeProgram({ path, language, weights });
  const { peakMemoryBytes, cpuCores } = profile.demand;
  const others = withoutItself(name, home, profile);
  return {
    code: {
      memoryBytes: interpreterBytesOf(language) + peakMemoryBytes.likely,
      cores: Math.min(availableParallelism(), cpuCores.likely),
    },
    others: others && { memoryBytes: others.peakMemoryBytes.p50, cores: others.cpuCores.p50 },
  };
}

/** What a store would say that has seen all programs but this one. */
function withoutItself(
  name: string,
  home: string,
  profile: ComplexityProfile,
): HistoryEstimate | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'limber-prior-others-'));
  cpSync(join(home, 'state'), folder, { recursive: true });
  const database = new DatabaseSync(join(folder, 'store.sqlite'));
  try {
    database.prepare('DELETE FROM learned WHERE title = ?').run(name.slice(name.indexOf('/') + 1));
    const features = featuresOf(profile);
    const unseen = { fingerprint: '', normalizedFingerprint: '', nowMs: Date.now() };
    return historyOf(database, { ...unseen, ...(features && { features }) });
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
}

function ratio(one: number, other: number): number {
  return Math.max(one / other, other / one);
}

function isMemoryNear(believedNeed: Need, actual: Need): boolean {
  return ratio(believedNeed.memoryBytes, actual.memoryBytes) <= WITHIN;
}

function areCoresNear(believedNeed: Need, actual: Need): boolean {
  const [one, other] = [believedNeed.cores, actual.cores].map((each) =>
    Math.max(LEAST_CORES, each),
  );
  return ratio(one!, other!) <= WITHIN;
}

function missed(believedNeed: Need, actual: Need): string {
  return [
    ...(isMemoryNear(believedNeed, actual) ? [] : ['memory']),
    ...(areCoresNear(believedNeed, actual) ? [] : ['cores']),
  ].join(' ');
}

function shareWithin(rows: readonly Row[], read: (row: Row) => Need | undefined) {
  const known = rows.filter((row) => read(row) !== undefined);
  const share = (near: typeof isMemoryNear) =>
    rounded(known.filter((row) => near(read(row)!, row.actual)).length / known.length);
  return { programs: known.length, memory: share(isMemoryNear), cores: share(areCoresNear) };
}

function textOf({ memoryBytes, cores }: Need): string {
  return `${rounded(memoryBytes / MIB)}, ${cores.toFixed(2)}`;
}
