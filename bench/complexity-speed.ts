import { globSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { analyze } from '#analyze/analyze.ts';
import { loadGrammar } from '#analyze/syntax/grammar.ts';
import { specOf } from '#analyze/languages/registry.ts';
import type { Language } from '#model/execution.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';

// As bin/limber.js has it.
setFlagsFromString('--no-allocation-site-pretenuring');

/** Sources that are installed wherever this runs. */
const SOURCES: readonly (readonly [Language, string])[] = [
  ['python', '/usr/lib/python3*/*.py'],
  ['javascript', 'node_modules/eslint/lib/**/*.js'],
  ['typescript', 'src/**/*.ts'],
];
const LARGEST_MEGABYTES = 2;
/** So many that the code is compiled by then, and that quiet moments of a shared machine are among them. */
const ROUNDS = 25;

type Row = {
  readonly language: Language;
  readonly megabytes: number;
  readonly megabytesPerCpuSecond: number;
  /** The parser alone, in the same minute: how busy the machine is shows in both. */
  readonly parserMegabytesPerCpuSecond: number;
};

async function throughput(language: Language, sources: readonly string[]): Promise<Row> {
  const characters = sources.reduce((sum, source) => sum + source.length, 0);
  const { parser } = await loadGrammar(specOf(language)!, undefined);
  let [best, bestOfParser] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round += 1) {
    const whole = await cpuSeconds(async () => {
      for (const source of sources) await analyze({ source, language, deadlineMs: 60_000 });
    });
    const parsing = await cpuSeconds(async () => {
      for (const source of sources) parser.parse(source)?.delete();
    });
    best = Math.min(best, whole);
    bestOfParser = Math.min(bestOfParser, parsing);
  }
  return {
    language,
    megabytes: characters / 1e6,
    megabytesPerCpuSecond: characters / 1e6 / best,
    parserMegabytesPerCpuSecond: characters / 1e6 / bestOfParser,
  };
}

async function cpuSeconds(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function read(pattern: string): string[] {
  const sources: string[] = [];
  let megabytes = 0;
  for (const file of globSync(pattern).toSorted()) {
    if (megabytes > LARGEST_MEGABYTES) break;
    const source = readFileSync(file, 'utf8');
    megabytes += source.length / 1e6;
    sources.push(source);
  }
  return sources;
}

async function grammarLoadMs(language: Language): Promise<number> {
  const started = performance.now();
  await loadGrammar(specOf(language)!, undefined);
  return performance.now() - started;
}

async function smallScriptMs(): Promise<number> {
  const source = `${'def f(a, b):\n    for i in range(a):\n        if i and b:\n            print(i)\n'.repeat(25)}`;
  const times: number[] = [];
  for (let round = 0; round < 200; round += 1) {
    const started = performance.now();
    await analyze({ source, language: 'python' });
    times.push(performance.now() - started);
  }
  return times.toSorted((a, b) => a - b)[times.length / 2]!;
}

/** What the analyser itself costs, every feature on. */
export async function bench(): Promise<void> {
  const machine = beginBenchmark('complexity-speed');
  const grammarLoad: Record<string, number> = {};
  for (const [language] of SOURCES) grammarLoad[language] = await grammarLoadMs(language);
  const rows: Row[] = [];
  for (const [language, pattern] of SOURCES) rows.push(await throughput(language, read(pattern)));
  const figures = {
    state: `steady: the best of ${ROUNDS} rounds over all files, the code compiled by then`,
    grammarLoadMs: grammarLoad,
    script100LinesMs: await smallScriptMs(),
    throughput: rows,
  };
  console.log(figures);
  writeResult('complexity-speed', machine, figures);
}
