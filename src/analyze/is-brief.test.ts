import { expect, test } from 'vitest';
import { analyze } from './analyze.ts';
import { isBrief } from './is-brief.ts';

test.each<[string, boolean]>([
  ["console.log('over');", true],
  ['for (let i = 0; i < 10; i++) for (let j = 0; j < 10; j++) f(i, j);', true],
  ['const half = (n) => n / 2; setTimeout(() => half(2), 500);', true],
  ['for (let i = 0; i < 100; i++) for (let j = 0; j < 100; j++) f(i, j);', false],
  ['for (const row of rows) f(row);', false],
  ['const ways = (n) => (n < 2 ? 1 : ways(n - 1) + ways(n - 2)); ways(40);', false],
  ['const grid = new Float64Array(10_000_000);', false],
  ['const grid = new Float64Array(Number(process.argv[2]));', false],
  ['const broken = (', false],
])('%s', async (source, expected) => {
  expect(isBrief(await analyze({ source, language: 'javascript' }))).toBe(expected);
});
