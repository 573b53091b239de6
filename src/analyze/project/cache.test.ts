import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { analyzeFile } from './analyze-file.ts';
import { analyzeFiles } from './analyze-files.ts';
import { openCache, trimCache } from './cache.ts';

let folder: string;
let kept: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-cache-'));
  kept = join(folder, 'cache');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function entries(): string[] {
  return readdirSync(kept, { recursive: true, encoding: 'utf8' })
    .map((name) => join(kept, name))
    .filter((path) => statSync(path).isFile());
}

test('what is in the cache is not analysed again, and another content is', async () => {
  const path = write('a.py', 'for i in range(n): pass\n');
  const task = { path, cache: openCache(kept) };
  const first = await analyzeFile(task);
  const [entry] = entries();
  const { key } = JSON.parse(readFileSync(entry!, 'utf8')) as {
    key: string;
  };
  const marked = { ...first, profile: { ...first.profile, derivation: ['from the cache'] } };
  writeFileSync(entry!, JSON.stringify({ key, analysis: marked }));
  expect((await analyzeFile(task)).profile.derivation).toEqual(['from the cache']);
  write('a.py', 'x = 1\n');
  expect((await analyzeFile(task)).profile.class).toBe('constant');
});

test('a copy under another name has its own name', async () => {
  const [a, b] = [write('a.py', 'x = 1\n'), write('b.py', 'x = 1\n')];
  const cache = openCache(kept);
  const names = [await analyzeFile({ path: a, cache }), await analyzeFile({ path: b, cache })];
  expect(names.map(({ profile }) => profile.file)).toEqual([a, b]);
  expect(entries()).toHaveLength(1);
});

test('a broken entry is written anew', async () => {
  const task = { path: write('a.py', 'x = 1\n'), cache: openCache(kept) };
  const first = await analyzeFile(task);
  writeFileSync(entries()[0]!, '{"half');
  expect(await analyzeFile(task)).toEqual(first);
});

test('a folder that cannot be written is no reason to fail', async () => {
  write('cache', 'a file where the folder would be');
  const files = [write('a.py', 'x = 1\n'), write('b.py', 'y = 1\n')];
  expect(await analyzeFiles(files, { cacheFolder: kept, threads: 1 })).toHaveLength(2);
});

test('with and without the cache, first and second time: the same', async () => {
  const files = [
    write('a.py', 'from b import f\nfor i in range(int(input())): f(i)\n'),
    write('b.py', 'def f(n):\n    for i in range(n): print(i)\n'),
  ];
  const without = await analyzeFiles(files, { threads: 1 });
  expect(await analyzeFiles(files, { cacheFolder: kept, threads: 1 })).toEqual(without);
  expect(await analyzeFiles(files, { cacheFolder: kept, threads: 2 })).toEqual(without);
  expect(entries().length).toBeGreaterThanOrEqual(2);
}, 30_000);

test('the oldest go when it is too large', async () => {
  mkdirSync(join(kept, 'aa'), { recursive: true });
  for (const age of [1, 2, 3]) {
    const path = join(kept, 'aa', `${age}.json`);
    writeFileSync(path, 'x'.repeat(100));
    utimesSync(path, 1000 - age, 1000 - age);
  }
  await trimCache({ folder: kept, fingerprint: '' }, 250);
  expect(readdirSync(join(kept, 'aa')).toSorted()).toEqual(['1.json', '2.json']);
});
