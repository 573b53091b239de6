import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';

async function boundOf(...lines: readonly string[]) {
  const { loops } = await analyze({ source: lines.join('\n'), language: 'python' });
  return loops.at(-1)?.bound.symbol;
}

test('a list that an own function gives back is as long as what it returns', async () => {
  const made = ['def make(count):', '    return [i for i in range(count)]'];
  expect(await boundOf(...made, 'for row in make(1200): print(row)')).toBe('1200');
  expect(await boundOf(...made, 'for row in make(int(input())): print(row)')).toBe('n');
  const either = ['def f(x):', '    if x: return [1]', '    return input().split()'];
  expect(await boundOf(...either, 'for row in f(1): print(row)')).toBe('n');
});

test('one that calls itself, or gives nothing back, is as long as input', async () => {
  const itself = ['def f(n):', '    return [0] + f(n - 1)'];
  expect(await boundOf(...itself, 'for row in f(3): print(row)')).toBe('n');
  expect(await boundOf('def f(): pass', 'for row in f(): print(row)')).toBe('n');
});
