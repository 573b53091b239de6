import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { analyze } from '#analyze/analyze.ts';
import { languageOf } from '#analyze/language-of.ts';
import type { Demand } from '#model/complexity.ts';
import { measureRun, type Measured } from './demand/measure-run.ts';
import { printCoverage } from './demand/coverage.ts';
import { startFileServer } from './headline/file-server.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';

const PROGRAMS = resolve(import.meta.dirname, 'programs');
const RESULTS = resolve(import.meta.dirname, 'results/demand.json');
const FOLDERS = ['varied', 'computing', 'demand'];
const FETCHED_BYTES = 4e6;

type ProgramDemand = { readonly name: string; readonly measured: Measured };

/**
 * What analysis predicts of a program's demand beside what its run needs. `--again` takes the runs of
 * the last time, `--only` those of all other programs.
 */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: '' },
      again: { type: 'boolean', default: false },
    },
  });
  const machine = beginBenchmark('demand');
  const measured = values.again ? [] : await measureAll(values.only);
  const isNew = new Set(measured.map(({ name }) => name));
  const before = values.again || values.only !== '' ? runsBefore() : [];
  const programs = [...before.filter(({ name }) => !isNew.has(name)), ...measured];
  const demands = new Map<string, Demand>();
  for (const { name } of programs) demands.set(name, await predicted(join(PROGRAMS, name)));
  const coverage = printCoverage(programs, demands);
  writeResult('demand', machine, { coverage, programs });
}

function runsBefore(): readonly ProgramDemand[] {
  return (JSON.parse(readFileSync(RESULTS, 'utf8')) as { programs: ProgramDemand[] }).programs;
}

async function measureAll(only: string): Promise<ProgramDemand[]> {
  const server = await startFileServer();
  const url = `http://host.limber.internal:${server.port}/${FETCHED_BYTES}`;
  const programs: ProgramDemand[] = [];
  const empty = new Map<string, number>();
  const names = FOLDERS.flatMap((folder) =>
    readdirSync(join(PROGRAMS, folder)).map((name) => join(folder, name)),
  );
  for (const name of names.filter((each) => each.includes(only))) {
    const isFetching = basename(name).startsWith('fetch');
    const options = isFetching ? ['--host-port', String(server.port)] : [];
    const run = await measureRun(join(PROGRAMS, name), isFetching ? [url] : [], options);
    const ending = extname(name);
    if (!empty.has(ending)) empty.set(ending, await emptyBytes(ending));
    const peakMemoryBytes = Math.max(0, run.peakMemoryBytes - empty.get(ending)!);
    programs.push({ name, measured: { ...run, peakMemoryBytes } });
    process.stdout.write(`${name} ${JSON.stringify(programs.at(-1)!.measured)}\n`);
  }
  server.close();
  return programs;
}

/** What a program of that language takes that does nothing: an estimate is of what comes on top. */
async function emptyBytes(ending: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'limber-empty-'));
  const path = join(folder, `Empty${ending}`);
  const java = 'class Empty { public static void main(String[] args) {} }\n';
  writeFileSync(path, ending === '.java' ? java : '\n');
  try {
    return (await measureRun(path, [], [])).peakMemoryBytes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function predicted(path: string): Promise<Demand> {
  const source = readFileSync(path, 'utf8');
  return (await analyze({ source, language: languageOf(path, source), file: path })).demand;
}
