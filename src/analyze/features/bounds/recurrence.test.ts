import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';

async function classOf(language: 'python' | 'rust', source: string) {
  const { functions } = await analyze({ source, language });
  return functions[0]?.class;
}

test('the table that is handed on is no dimension of the states', async () => {
  const python = (states: string, first: string, second: string) =>
    classOf(
      'python',
      [
        `def f(${states}, memo):`,
        `    if (${states}) in memo: return memo[${states}]`,
        `    memo[${states}] = f(${first}, memo) + f(${second}, memo)`,
        `    return memo[${states}]`,
      ].join('\n'),
    );
  expect(await python('n', 'n - 1', 'n - 2')).toBe('linear');
  expect(await python('i, j', 'i - 1, j', 'i, j - 1')).toBe('quadratic');
  expect(await python('i, j, k', 'i - 1, j, k', 'i, j - 1, k - 1')).toBe('cubic');
  expect(await python('i, j, isFree', 'i - 1, j, True', 'i, j - 1, False')).toBe('quadratic');
  const rust = [
    'fn f(n: u64, memo: &mut HashMap<u64, u64>) -> u64 {',
    '  if let Some(&v) = memo.get(&n) { return v; }',
    '  let r = f(n - 1, memo) + f(n - 2, memo);',
    '  memo.insert(n, r);',
    '  r',
    '}',
  ];
  expect(await classOf('rust', rust.join('\n'))).toBe('linear');
});
