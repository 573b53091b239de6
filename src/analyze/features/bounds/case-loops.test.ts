import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';

async function classOf(...lines: readonly string[]) {
  const { functions } = await analyze({ source: lines.join('\n'), language: 'python' });
  return functions.find(({ name }) => name === 'f')?.class;
}

test('a loop that runs a command for each is no loop over cases', async () => {
  expect(await classOf('def f(ids):', '    for i in ids:', '        subprocess.run([i])')).toBe(
    'linear',
  );
  expect(await classOf('def f(ids):', '    for _ in ids:', '        pool.work()')).toBe('linear');
});

test('nor is one whose own function is given the counter, or whose bound is not read', async () => {
  const work = ['def work(i=0):', '    print(i)'];
  expect(
    await classOf(
      ...work,
      'def f():',
      '    n = int(input())',
      '    for i in range(n):',
      '        work(i)',
    ),
  ).toBe('linear');
  expect(await classOf(...work, 'def f(n):', '    for _ in range(n):', '        work()')).toBe(
    'linear',
  );
});

test('cases that read their own input add up to the input', async () => {
  const solve = ['def solve():', '    for x in input():', '        print(x)'];
  expect(
    await classOf(
      ...solve,
      'def f():',
      '    t = int(input())',
      '    for _ in range(t):',
      '        solve()',
    ),
  ).toBe('linear');
});

test('one that reads each case itself adds up to the whole input', async () => {
  const cases = ['def f(n):', '    for _ in range(n):', '        line = input()'];
  expect(await classOf(...cases, '        for c in line:', '            seen[c] = 1')).toBe(
    'linear',
  );
});
