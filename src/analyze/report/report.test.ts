import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { beforeAll, expect, test } from 'vitest';
import type { ComplexityProfile } from '#model/complexity.ts';
import { analyze } from '#analyze/analyze.ts';
import { unknownProfile } from '#analyze/unknown-profile.ts';
import { analyzeDocument } from './document.ts';
import { reportSource } from './heat.ts';
import { filesOver, report, REPORT_FORMATS } from './report.ts';
import { documentSchema } from './schema.ts';

const SOURCE =
  'import requests\ndef f(urls):\n    for u in urls:\n        requests.get(u)\nx = [0] * 10**8\n';
let profile: ComplexityProfile;

beforeAll(async () => {
  profile = await analyze({ source: SOURCE, language: 'python', file: 'a <b>&.py' });
});

test('the document validates against the published schema, for one file and for several', () => {
  for (const profiles of [[profile], [profile, profile], []])
    expect(() =>
      documentSchema.parse(JSON.parse(JSON.stringify(analyzeDocument(profiles)))),
    ).not.toThrow();
});

test('the published schema is the one in the code', () => {
  const published = JSON.parse(
    readFileSync(new URL('../../../schemas/limber.analyze.v1.json', import.meta.url), 'utf8'),
  ) as unknown;
  expect(published).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(documentSchema))));
});

test.each(REPORT_FORMATS)('%s names the file, the function and where it calls out', (format) => {
  const text = report(format, { profiles: [profile], version: '1.2.3' });
  expect(text.endsWith('\n')).toBe(true);
  expect(text).toContain('requests.get');
});

test('the table of one file tells all that is known of it', () => {
  const text = report('table', { profiles: [profile], version: '1' });
  expect(text).toMatch(/SCORE +CLASS +CYCLOMATIC +COGNITIVE +LOOPS +LINES +FUNCTION\n/);
  expect(text).toMatch(/O\(n\) +2 +1 +1 +2–4 +f\n/);
  expect(text).toMatch(/line 4: http, requests\.get, inside 1 loop/);
  expect(text).toMatch(/line 5: .*763Mi/);
  for (const name of ['score', 'time', 'space', 'parallel', 'peak memory', 'CPU cores', 'idle'])
    expect(text).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
});

test.each([60, 80, 200])(
  'a table fits a terminal of %i columns, stays ASCII where it must and passes no escape sequences on',
  (columns) => {
    const style = { paint: (_: string, text: string) => text, unicode: false, columns };
    const [each] = profile.functions;
    const name = `\u001b[2J${'long'.repeat(60)}`;
    const nasty: ComplexityProfile = {
      ...profile,
      functions: [{ ...each!, name, class: 'nlogn', recursion: 'branching' }],
      loops: each!.loops,
    };
    const broken = { ...profile, coveredFraction: 0.99, syntaxError: { line: 3696, column: 210 } };
    for (const profiles of [[nasty], [broken], [nasty, broken]]) {
      const text = report('table', { profiles, version: '1', style });
      expect(text).toMatch(/^[\n -~]*$/);
      const wide = text.split('\n').filter((line) => line.length > columns);
      expect(wide.filter((line) => line.trim().includes(' '))).toEqual([]);
    }
  },
);

test('functions of several files are told without the folder that all share', () => {
  const files = ['src/a/x.py', 'src/b/y.py'].map((file) => ({ ...profile, file }));
  const text = report('table', { profiles: files, version: '1' });
  expect(text).toMatch(/ f a\/x\.py:2$/m);
  expect(text).toMatch(/ src\/b\/y\.py$/m);
});

test('the table of several files says why one was not read', () => {
  const unread = unknownProfile({ language: 'python', file: 'b.py', reason: 'it is no text' });
  const text = report('table', { profiles: [profile, unread], version: '1' });
  expect(text).toMatch(/unknown +python, 0 % read +0 +b\.py\n\nb\.py: it is no text\n/);
});

test('HTML escapes what comes from the program', () => {
  expect(
    report('html', {
      profiles: [profile],
      version: '1',
      sources: new Map([['a <b>&.py', '<script>']]),
    }),
  ).not.toMatch(/<b>|<script>/);
});

test('SARIF points at the line', () => {
  const sarif = JSON.parse(report('sarif', { profiles: [profile], version: '1.2.3' })) as {
    runs: {
      results: {
        ruleId: string;
        locations: { physicalLocation: { region: { startLine: number } } }[];
      }[];
    }[];
  };
  const call = sarif.runs[0]?.results.find(({ ruleId }) => ruleId === 'external-call-in-loop');
  expect(call?.locations[0]?.physicalLocation.region.startLine).toBe(4);
});

test('the heat margin is hot where memory is', () => {
  const lines = reportSource(profile, SOURCE);
  expect(lines[4]).toBe('█ 5 │ x = [0] * 10**8');
  expect(lines[0]?.startsWith('  1')).toBe(true);
});

test('files over a score come highest first', () => {
  expect(filesOver([profile, { ...profile, score: 99 }], profile.score)).toHaveLength(1);
});
