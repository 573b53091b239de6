import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';
import { livePlan } from '#analyze/live-plan.ts';
import type { Language } from '#model/execution.ts';

const liveOf = async (language: Language, source: string) =>
  (await analyze({ source, language })).loops[0]?.live;

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
  ['python', 'while i < n - 1:\n    i += 1', { kind: 'while', variable: 'i', to: { name: 'n' } }],
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
  ['typescript', 'for (let i = 1; i <= total; i++) f(i);', { from: 1, to: { name: 'total' } }],
])('%s: what a probe can follow of "%s"', async (language, source, expected) => {
  const live = await liveOf(language, source);
  expect(live === undefined).toBe(expected === undefined);
  expect({ ...live }).toMatchObject({ ...expected });
});

test('the plan names functions and lines, and is bounded', async () => {
  const source = 'def total(n):\n    for i in range(n):\n        f(i)\n';
  const profile = await analyze({ source, language: 'python' });
  expect(JSON.parse(livePlan(profile, 'job.py')).files['job.py'].loops).toMatchObject([
    { first: 2, last: 3, function: 'total', variable: 'i' },
  ]);
  const many = await analyze({ source: source.repeat(500), language: 'python' });
  expect(livePlan(many, 'job.py').length).toBeLessThan(64 * 1024);
});
