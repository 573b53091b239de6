import { expect, test } from 'vitest';
import type { Language } from '#model/execution.ts';
import { analyze } from '#analyze/analyze.ts';

const boundOf = async (language: Language, source: string) =>
  (await analyze({ source, language })).functions[0]?.loops[0]?.bound;

test.each<[Language, string]>([
  [
    'javascript',
    'function f(path) { const state = stateOf(path); const rows = state.rows; for (let i = 0; i < rows.length; ++i) g(rows[i]); state.rows = []; }',
  ],
  ['javascript', 'class A { flush() { for (const row of this.rows) g(row); this.rows = []; } }'],
  [
    'python',
    'class A:\n    def flush(self):\n        for row in self.rows:\n            g(row)\n        self.rows = []\n',
  ],
])('%s: what a function empties was filled elsewhere: %j', async (language, source) => {
  const bound = await boundOf(language, source);
  expect([bound?.symbol, bound?.count]).toEqual(['n', undefined]);
});

test.each<[Language, string, number]>([
  [
    'javascript',
    'function f() { const o = {}; o.rows = [1, 2, 3]; for (const r of o.rows) g(r); }',
    3,
  ],
  [
    'python',
    'class A:\n    def __init__(self):\n        self.rows = [1, 2]\n        for r in self.rows:\n            g(r)\n',
    2,
  ],
])('%s: what is made in the function itself is known: %j', async (language, source, count) => {
  expect((await boundOf(language, source))?.count).toBe(count);
});
