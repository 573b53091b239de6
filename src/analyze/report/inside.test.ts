import { beforeAll, expect, test } from 'vitest';
import type { ComplexityProfile } from '#model/complexity.ts';
import { analyze } from '#analyze/analyze.ts';
import { loopWords, recursionWords } from './inside.ts';
import { report } from './report.ts';

const FILE = 'a|b *c*.py';
const KEY = '"<i>`x`|@me</i>"';
const SOURCE = `import requests
from functools import cache

@cache
def paths(n):
    return 1 if n < 2 else paths(n - 1) + paths(n - 2)

def fetch(urls, tables):
    rows = []
    for url in urls:
        answer = requests.get(url)
        for row in tables[${KEY}]:
            rows.append(parse(row))
    return rows

for i in range(100):
    print(paths(i))
`;

let profile: ComplexityProfile;
let sources: ReadonlyMap<string, string>;

beforeAll(async () => {
  profile = await analyze({ source: SOURCE, language: 'python', file: FILE });
  sources = new Map([[FILE, SOURCE]]);
});

test('a loop is told with its bound, its depth and what is in it', () => {
  const fetch = profile.functions.find(({ name }) => name === 'fetch')!;
  expect(loopWords(fetch.loops, profile)).toMatchObject([
    { lines: '10–13', depth: 1, bound: 'over urls (n)' },
    { lines: '12–13', depth: 2, bound: `over tables[${KEY}] (n)` },
  ]);
  const [outer, inner] = loopWords(fetch.loops, profile);
  expect(outer!.inside).toContain('calls out: requests.get (http)');
  expect(inner!.inside).toEqual(['rows grows', 'calls rows.append, parse']);
  expect(loopWords(profile.loops, profile)).toMatchObject([
    { bound: 'over range(100): 100 times' },
  ]);
});

test('a recursion is told with its kind and its recurrence', () => {
  const words = Object.fromEntries(
    profile.functions.map((each) => [each.name, recursionWords(each)]),
  );
  expect(words['paths']).toMatch(/^branching, memoised: T\(n\) = T\(n-1\) \+ T\(n-2\) \+ 1/);
  expect(words['fetch']).toBeUndefined();
});

test.each(['table', 'html', 'markdown'] as const)('%s tells loops and recursions', (format) => {
  const text = report(format, { profiles: [profile], version: '1' });
  expect(text).toContain('T(n) = T(n-1) + T(n-2) + 1');
  expect(text).toMatch(/line (<a[^>]*>)?10–13.*over urls \(n\)/);
  expect(text).toContain('range(100): 100 times');
});

test('in HTML, nothing of the program is mark-up', () => {
  const html = report('html', { profiles: [profile], sources, version: '1' });
  expect(html).not.toContain('<i>');
  expect(html.match(/&lt;i&gt;`x`\|@me&lt;\/i&gt;/g)).toHaveLength(2);
  expect(html).toContain(`<h2>${FILE}</h2>`);
});

test('the numbers of lines lead to the code, where the page has it', () => {
  const html = report('html', { profiles: [profile], sources, version: '1' });
  const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, name]) => name!);
  expect(targets).toEqual(expect.arrayContaining(['file1-10', 'file1-12', 'file1-16']));
  for (const name of targets) expect(html).toContain(`id="${name}"`);
  expect(report('html', { profiles: [profile], version: '1' })).not.toContain('href');
});

test('in Markdown, nothing of the program is mark-up, and names stay as they are', () => {
  const [each] = profile.functions;
  const named = { ...profile, functions: [{ ...each!, name: '__in|it__`x' }] };
  const text = report('markdown', { profiles: [named, profile], version: '1' });
  expect(text).toContain(String.raw`## a\|b \*c\*.py`);
  expect(text).toContain(String.raw`| ${'``'} __in\|it__${'`'}x ${'``'} |`);
  expect(text).toContain(String.raw`\<i\>\`x\`\|@${'\u2060'}me\</i\>`);
  expect(text).not.toMatch(/[^\\]<i|@me/);
});
