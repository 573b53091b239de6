import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';
import { requires } from '../../../test/capabilities.ts';
import { differences, shareEqual, unexplained, type Pair } from './agreement.ts';

const SOURCES = {
  c: globSync(['/usr/include/**/*.h', '/usr/share/doc/**/*.c'], {
    exclude: (name) => name === 'c++',
  }).slice(0, 3000),
  cpp: globSync('/usr/include/c++/*/{bits,debug,parallel,experimental,ext,tr1}/*.h').slice(0, 400),
};

/**
 * Compared are functions that both tools see, without preprocessor lines inside (we count every arm
 * of an #if) and without rvalue references (pmccabe takes their && for the operator). What it calls
 * _GLIBCXX_VISIBILITY and the like is a macro before a namespace, which it takes for a function.
 */
test('C and C++: cyclomatic complexity equals pmccabe', async (context) => {
  requires(context, 'pmccabe');
  const pairs: Pair[] = [];
  for (const language of ['c', 'cpp'] as const) {
    const before = pairs.length;
    for (const file of SOURCES[language]) {
      const theirs = pmccabe(file, language);
      if (theirs.length > 0) pairs.push(...(await compare(file, language, theirs)));
    }
    expect(pairs.length - before, language).toBeGreaterThan(language === 'c' ? 300 : 500);
  }
  const equal = pairs.filter(({ ours, theirs }) => ours === theirs).length;
  process.stdout.write(`pmccabe: ${equal} of ${pairs.length} functions equal\n`);
  expect(pairs.length).toBeGreaterThanOrEqual(1000);
  expect(shareEqual(pairs), differences(pairs).join('\n')).toBeGreaterThanOrEqual(0.99);
  expect(
    unexplained(pairs, [
      { why: 'pmccabe begins behind the initialisers', construct: /^[^{;]*\)\s*:\s*\w+\([^{;]*\?/ },
      { why: 'pmccabe takes a macro for a function', construct: /^[^\n]*\b[A-Z_]{4,}\b/ },
    ]),
  ).toEqual([]);
}, 120_000);

type Counted = { readonly name: string; readonly line: number; readonly complexity: number };

function pmccabe(file: string, language: 'c' | 'cpp'): Counted[] {
  const text = readFileSync(file, 'latin1');
  if (!/\)\s*(const\s*)?(noexcept\s*)?\{/.test(text) || text.length > 300_000) return [];
  if (language === 'c' && /\b(namespace|class|template)\b/.test(text)) return [];
  const { stdout } = spawnSync('pmccabe', [file], { encoding: 'latin1' });
  return stdout.split('\n').flatMap((line) => {
    const [, complexity, first, name] =
      /^\d+\t(\d+)\t\d+\t(\d+)\t\d+\t.*\): (.*)$/.exec(line) ?? [];
    return name === undefined || /^[A-Z_]+$/.test(name)
      ? []
      : [{ name: name.split('::').at(-1)!, line: Number(first), complexity: Number(complexity) }];
  });
}

async function compare(
  file: string,
  language: 'c' | 'cpp',
  theirs: readonly Counted[],
): Promise<Pair[]> {
  const source = readFileSync(file, 'latin1');
  const profile = await analyze({ source, language, deadlineMs: 60_000 });
  const lines = source.split('\n');
  return profile.functions.flatMap((own): Pair[] => {
    const text = lines.slice(own.startLine - 1, own.endLine).join('\n');
    if (/^\s*#/m.test(text) || /[\w>]\s*&&\s*[\w.]*\s*[,)]|\w&&/.test(text)) return [];
    const name = own.name.split(/[.:]+/).at(-1);
    const counted = theirs.filter(
      (each) => each.name === name && each.line >= own.startLine && each.line <= own.endLine,
    );
    return counted.length === 1
      ? [
          {
            where: `${file}:${own.startLine} ${own.name}`,
            theirs: counted[0]!.complexity,
            ours: own.cyclomatic,
          },
        ]
      : [];
  });
}
