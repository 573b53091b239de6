import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';

const ruby = (source: string) => analyze({ source, language: 'ruby' });

test('blocks that run once per element are loops, with bound, depth, class and calls', async () => {
  const { loops } = await ruby('rows.each do |x|\n  3.times { |i| f(x, i) }\nend\n');
  expect(loops).toMatchObject([
    { startLine: 1, endLine: 3, kind: 'each', depth: 1, class: 'linear', bound: { symbol: 'n' } },
    { startLine: 2, kind: 'each', depth: 2, class: 'constant', bound: { count: 3 }, calls: ['f'] },
  ]);
});

test.each([
  ['10.times { |i| puts i }', 'constant', 1],
  ['1.upto(5) { |i| puts i }', 'constant', 1],
  ['1.upto(n) { |i| puts i }', 'linear', 1],
  ['n.times { |i| n.times { |j| puts j } }', 'quadratic', 2],
  ['(0...100).each { |i| (0..9).each { |j| puts j } }', 'constant', 2],
  ['s = ""\nrows.each { |x| s += x }', 'quadratic', 1],
  ['open(path) { |f| f.read }', 'constant', 0],
])('%s: %s, %i loops', async (source, expected, loops) => {
  const profile = await ruby(source);
  expect(profile.class).toBe(expected);
  expect(Math.max(0, ...profile.loops.map(({ depth }) => depth))).toBe(loops);
});

test('a call of itself in a block branches', async () => {
  const [put] = (
    await ruby('def put(row, used, n)\n  n.times do |c|\n    put(row + 1, used, n)\n  end\nend\n')
  ).functions;
  expect(put).toMatchObject({ class: 'exponential', recursion: 'branching', cyclomatic: 1 });
});
