import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';
import { livePlan } from '#analyze/live-plan.ts';
import type { Language } from '#model/execution.ts';

const liveOf = async (language: Language, source: string) =>
  (await analyze({ source, language })).loops.at(-1)?.live;

test.each<[Language, string, object | undefined]>([
  [
    'python',
    'for i in range(n): f(i)',
    { kind: 'range', variable: 'i', from: 0, to: { name: 'n' }, step: 1 },
  ],
  ['python', 'for i in range(2, len(rows), 3): f(i)', { from: 2, to: { length: 'rows' }, step: 3 }],
  ['python', 'for i in range(10 ** 6): f(i)', { to: 1_000_000 }],
  [
    'python',
    'for i, row in enumerate(self.rows): f(i)',
    { variable: 'i', to: { length: 'self.rows' } },
  ],
  ['python', 'for row in rows: f(row)', { kind: 'each', variable: 'row', over: 'rows' }],
  ['python', 'for i in range(n, 0, -1): f(i)', { from: { name: 'n' }, to: 0, step: -1 }],
  ['python', 'for i in range(n - 100): f(i)', undefined],
  ['python', 'n = 1000\nfor i in range(n * n): f(i)', { to: 1_000_000 }],
  ['python', 'for i in range(0, n, size): f(i)', { step: { name: 'size' } }],
  ['python', 'for i in range(i, n): f(i)', undefined],
  ['python', 'for i in tqdm(range(n)): f(i)', { kind: 'range', to: { name: 'n' } }],
  ['python', 'for row in tqdm(self.rows): f(row)', { kind: 'each', over: 'self.rows' }],
  ['python', 'for i, row in enumerate(rows, 1): f(row)', { from: 1, to: { length: 'rows' } }],
  ['python', 'for i, row in enumerate(rows, 500): f(row)', undefined],
  [
    'python',
    'with open(path) as lines:\n    for i, line in enumerate(lines): f(i)',
    { kind: 'each', variable: 'line', over: 'lines' },
  ],
  ['python', 'for k, v in table.items(): f(k)', { kind: 'each', variable: 'k', over: 'table' }],
  ['python', 'for v in table.values(): f(v)', undefined],
  ['python', 'for x, y in zip(xs, ys): f(x)', { kind: 'each', variable: 'x', over: 'xs' }],
  ['python', 'for a, b in pairs: f(a)', undefined],
  ['python', 'for row in sorted(rows): f(row)', undefined],
  ['python', 'for row in reversed(rows): f(row)', undefined],
  [
    'python',
    'i = 0\nwhile i < n - 1:\n    i += 2',
    { kind: 'while', variable: 'i', from: 0, to: { name: 'n' }, step: 2 },
  ],
  [
    'python',
    'lo = 0\nwhile lo < hi and more:\n    lo += 1',
    { variable: 'lo', to: { name: 'hi' } },
  ],
  ['python', 'lo = 0\nwhile lo < hi:\n    lo = (lo + hi) // 2', undefined],
  ['python', 'x = 1\nwhile x < n:\n    x *= 2', undefined],
  ['python', 'while i < n:\n    i += 1', undefined],
  ['python', 'left = 9\nwhile left > 0:\n    left -= 1', { from: 9, to: 0, step: -1 }],
  ['python', 'for row in read(): f(row)', undefined],
  ['python', 'while queue: queue.pop()', undefined],
  [
    'javascript',
    'for (let i = 0; i < rows.length; i++) f(i);',
    { kind: 'range', variable: 'i', from: 0, to: { length: 'rows' } },
  ],
  [
    'javascript',
    'for (const row of rows) f(row);',
    { kind: 'each', variable: 'row', over: 'rows' },
  ],
  [
    'javascript',
    'for (let i = n - 1; i >= 0; i--) f(i);',
    { kind: 'range', from: { name: 'n' }, to: 0, step: -1 },
  ],
  ['javascript', 'for (let i = 0; i < n; i += size) f(i);', { step: { name: 'size' } }],
  ['javascript', 'for (const key in table) f(key);', undefined],
  ['javascript', 'for (const [i, row] of rows.entries()) f(i);', { to: { length: 'rows' } }],
  ['javascript', 'const m = new Map();\nfor (const [k, v] of m.entries()) f(k);', undefined],
  ['javascript', 'let i = 0;\nwhile (n > i) i++;', { kind: 'while', to: { name: 'n' }, step: 1 }],
  ['typescript', 'for (let i = 1; i <= total; i++) f(i);', { from: 1, to: { name: 'total' } }],
])('%s: what a probe can follow of "%s"', async (language, source, expected) => {
  const live = await liveOf(language, source);
  expect(live === undefined).toBe(expected === undefined);
  expect({ ...live }).toMatchObject({ ...expected });
});

test.each<[Language, string]>([
  ['java', 'class A { void f() { for (int i = 0; i < rows.size(); i++) g(); } }'],
  ['go', 'package m\nfunc f() { for i := 0; i < len(rows); i++ { g() } }'],
])('%s counts to the length of a container', async (language, source) => {
  const { functions } = await analyze({ source, language });
  expect(functions[0]?.loops[0]?.live).toMatchObject({ from: 0, to: { length: 'rows' }, step: 1 });
});

test('the plan names functions and lines', async () => {
  const source = 'def total(n):\n    for i in range(n):\n        f(i)\n';
  const profile = await analyze({ source, language: 'python' });
  expect(JSON.parse(livePlan(profile, 'job.py')).files['job.py'].loops).toMatchObject([
    { first: 2, last: 3, function: 'total', variable: 'i' },
  ]);
});

test('the plan is bounded: the outer loops of long programs stay in it', async () => {
  const source = `def f(n):\n  for i in range(n.${'a'.repeat(80)}):\n    for j in range(i): g()\n`;
  const profile = await analyze({ source: source.repeat(300), language: 'python' });
  const plan = livePlan(profile, 'job.py');
  expect(Buffer.byteLength(plan)).toBeLessThan(64 * 1024);
  const { loops } = JSON.parse(plan).files['job.py'] as { loops: { variable: string }[] };
  expect(loops.length).toBeGreaterThan(100);
  expect(loops.every(({ variable }) => variable === 'i')).toBe(true);
});

test('a closure without a name has none in the plan either', async () => {
  const source = 'rows.forEach((row) => {\n  for (const cell of row) f(cell);\n});';
  const profile = await analyze({ source, language: 'javascript' });
  expect(JSON.parse(livePlan(profile, 'job.mjs')).files['job.mjs'].loops).toMatchObject([
    { first: 2, last: 2, function: '', variable: 'cell', over: 'row' },
  ]);
});
