import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { analyze } from '#analyze/analyze.ts';
import { languageOf } from '#analyze/language-of.ts';
import type { Language } from '#model/execution.ts';
import { reasonFor, type Pair } from './lizard/intended.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { printTable } from './measure/table.ts';

/** One function as lizard counts it. */
type Theirs = {
  readonly name: string;
  readonly line: number;
  readonly endLine: number;
  readonly count: number;
};

const EXTENSIONS = '**/*.{py,js,mjs,cjs,ts,java,go,rs,rb,php,cs,c,h,cc,cpp,hpp}';
const BATCH = 50;
const SHOWN = 12;

/**
 * `npm run bench -- complexity-lizard --lizard FOLDER [--show] SOURCE…`: cyclomatic complexity of the
 * functions of SOURCE (files or folders) by a checkout of lizard and by Limber, side by side.
 */
export async function bench(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { lizard: { type: 'string' }, show: { type: 'boolean', default: false } },
  });
  if (values.lizard === undefined || positionals.length === 0)
    throw new Error('expected --lizard FOLDER (a checkout of lizard) and files or folders to read');
  const machine = beginBenchmark('complexity-lizard');
  const byLanguage = new Map<Language, Pair[]>();
  for (const files of batches(filesOf(positionals)))
    for (const [file, theirs] of lizard(values.lizard, files))
      await compare(file, theirs, byLanguage);
  const rows = [...byLanguage].map(([language, pairs]) => rowOf(language, pairs));
  printTable([Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row).map(String))]);
  if (values.show) for (const [language, pairs] of byLanguage) show(language, pairs);
  writeResult('complexity-lizard', machine, { rows });
}

function filesOf(paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    statSync(path).isDirectory()
      ? globSync(EXTENSIONS, { cwd: path }).map((name) => `${path}/${name}`)
      : [path],
  );
}

function batches(files: readonly string[]): string[][] {
  const all: string[][] = [];
  for (let from = 0; from < files.length; from += BATCH) all.push(files.slice(from, from + BATCH));
  return all;
}

const PRINT = `
import json, sys
sys.path.insert(0, sys.argv[1])
import lizard
for path in sys.argv[2:]:
    try:
        found = lizard.analyze_file(path)
    except Exception:
        continue
    print(json.dumps([path, [[f.name, f.start_line, f.end_line, f.cyclomatic_complexity] for f in found.function_list]]))
`;

function lizard(folder: string, files: readonly string[]): [string, readonly Theirs[]][] {
  const output = execFileSync('python3', ['-c', PRINT, folder, ...files], { maxBuffer: 2 ** 28 });
  return output
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((row) => {
      const [file, rows] = JSON.parse(row) as [string, [string, number, number, number][]];
      return [file, rows.map(([name, line, endLine, count]) => ({ name, line, endLine, count }))];
    });
}

/**
 * Functions are the same when name, first and last line are: where lizard ends a function elsewhere it
 * has lost its way in the text. Where two of a name share a line, neither counts.
 */
async function compare(
  file: string,
  theirs: readonly Theirs[],
  byLanguage: Map<Language, Pair[]>,
): Promise<void> {
  const source = readFileSync(file, 'utf8');
  const language = languageOf(file, source);
  const { functions, coveredFraction } = await analyze({ source, language, deadlineMs: 60_000 });
  if (coveredFraction < 1) return;
  const lines = source.split('\n');
  const pairs = byLanguage.get(language) ?? [];
  byLanguage.set(language, pairs);
  for (const { name, line, endLine, count } of theirs) {
    const short = shortName(name);
    const same = functions.filter(
      (ours) => Math.abs(ours.startLine - line) <= 3 && shortName(ours.name) === short,
    );
    const [ours] = same;
    if (ours === undefined || same.length > 1) continue;
    if (Math.abs(ours.endLine - endLine) > 1) continue;
    const text = lines.slice(ours.startLine - 1, ours.endLine).join('\n');
    pairs.push({ where: `${file}:${line} ${short}`, text, ours: ours.cyclomatic, theirs: count });
  }
}

function shortName(name: string): string {
  return name
    .split(/::|\.|->|#|\s/)
    .at(-1)!
    .replace(/\W/g, '');
}

function rowOf(language: Language, pairs: readonly Pair[]) {
  const equal = pairs.filter(({ ours, theirs }) => ours === theirs).length;
  const intended = pairs.filter(
    (pair) => pair.ours !== pair.theirs && reasonFor(language, pair),
  ).length;
  return {
    language,
    functions: pairs.length,
    equal: percent(equal / pairs.length),
    'equal or intended': percent((equal + intended) / pairs.length),
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function show(language: Language, pairs: readonly Pair[]): void {
  const different = pairs.filter(
    (pair) => pair.ours !== pair.theirs && reasonFor(language, pair) === undefined,
  );
  process.stdout.write(`\n${language}: ${different.length} differences\n`);
  for (const { where, ours, theirs } of different.slice(0, SHOWN))
    process.stdout.write(`  ours ${ours}, theirs ${theirs}: ${where}\n`);
}
