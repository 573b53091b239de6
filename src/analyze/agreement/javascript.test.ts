import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import sonarjs from 'eslint-plugin-sonarjs';
import { beforeAll, expect, test } from 'vitest';
import type { FunctionProfile } from '#model/complexity.ts';
import { analyze } from '#analyze/analyze.ts';
import { differences, ELSEWHERE, shareEqual, unexplained, type Pair } from './agreement.ts';

const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const PACKAGES =
  '{eslint,commander,fast-check,acorn,semver,picomatch,enhanced-resolve,chai,interpret,espree,json5}';
const LARGEST = 60_000;

const cyclomaticPairs: Pair[] = [];
const cognitivePairs: Pair[] = [];

/** Both rules report every function above nought, so that their messages carry the numbers. */
const eslint = new ESLint({
  overrideConfigFile: true,
  allowInlineConfig: false,
  overrideConfig: [
    {
      files: ['**/*.js', '**/*.mjs'],
      plugins: { sonarjs: sonarjs as unknown as ESLint.Plugin },
      rules: { complexity: ['error', 0], 'sonarjs/cognitive-complexity': ['error', 0] },
    },
  ],
});

beforeAll(async () => {
  for (const file of globSync(`${PACKAGES}/**/*.{js,mjs}`, { cwd: MODULES }).slice(0, 400)) {
    const source = readFileSync(`${MODULES}/${file}`, 'utf8');
    if (source.length < LARGEST && !/\.min\.|bundle/.test(file)) await compare(file, source);
  }
}, 120_000);

async function compare(file: string, source: string): Promise<void> {
  const [result] = await eslint.lintText(source, {
    filePath: file.endsWith('.mjs') ? 'x.mjs' : 'x.js',
  });
  if (result === undefined || result.messages.some(({ fatal }) => fatal)) return;
  const { functions } = await analyze({ source, language: 'javascript', deadlineMs: 60_000 });
  const byLine = Map.groupBy(functions, ({ startLine }) => startLine);
  for (const { ruleId, line, message } of result.messages) {
    const [theirs] = (/complexity of (\d+)|from (\d+) to/i.exec(message) ?? [])
      .slice(1)
      .filter(Boolean)
      .map(Number);
    if (theirs === undefined || message.startsWith('Class field')) continue;
    const pick = (each: FunctionProfile) =>
      ruleId === 'complexity' ? each.cyclomatic : each.cognitive;
    const here = (byLine.get(line) ?? []).map(pick);
    const ours = here.includes(theirs) ? theirs : here[0];
    (ruleId === 'complexity' ? cyclomaticPairs : cognitivePairs).push({
      where: `${file}:${line}`,
      theirs,
      ours,
    });
  }
}

const EXPLAINED = [
  { why: ELSEWHERE, construct: /=>|\}\)|[({,]/ },
  {
    why: 'several functions begin on the line',
    construct: /^[^\n]*(\bfunction\b|=>|\bconstructor\b)/,
  },
  {
    why: 'a function in an arm of a conditional',
    construct: /[?:]\s*(?:\/\/[^\n]*\s*)?\(?[\w, {}]*\)?\s*=>/,
  },
];

test("cyclomatic complexity equals ESLint's rule", () => {
  expect(cyclomaticPairs.length).toBeGreaterThan(1000);
  expect(
    shareEqual(cyclomaticPairs),
    differences(cyclomaticPairs).join('\n'),
  ).toBeGreaterThanOrEqual(0.99);
  expect(unexplained(cyclomaticPairs, EXPLAINED, `${MODULES}/`)).toEqual([]);
});

test("cognitive complexity equals eslint-plugin-sonarjs's rule", () => {
  expect(cognitivePairs.length).toBeGreaterThan(1000);
  expect(shareEqual(cognitivePairs), differences(cognitivePairs).join('\n')).toBeGreaterThanOrEqual(
    0.99,
  );
  expect(unexplained(cognitivePairs, EXPLAINED, `${MODULES}/`)).toEqual([]);
});
