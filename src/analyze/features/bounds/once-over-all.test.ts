import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';
import type { Language } from '#model/execution.ts';

/** The class of the last function of a source: too short for what was learned to be asked. */
async function classOf(language: Language, ...lines: readonly string[]) {
  const { functions } = await analyze({ source: lines.join('\n'), language });
  return functions.at(-1)?.class;
}

const grouped = ['def f(pairs):', '    groups = {}', '    for k, v in pairs:'];
const filled = [...grouped, '        groups.setdefault(k, []).append(v)'];

test('entries that were filled one by one are gone through once over all', async () => {
  const over = (...lines: readonly string[]) => classOf('python', ...filled, ...lines);
  expect(await over('    for k in groups:', '        best = max(groups[k])')).toBe('linear');
  expect(await over('    for k in sorted(groups):', '        t = sorted(groups[k])')).toBe('nlogn');
  expect(await over('    for rows in groups.values():', '        t = sum(rows)')).toBe('linear');
  expect(
    await over(
      '    for k, rows in groups.items():',
      '        for v in rows:',
      '            print(v)',
    ),
  ).toBe('linear');
});

test('an entry that is asked for by another key, and a list of long rows, are gone through each time', async () => {
  expect(
    await classOf('python', ...filled, '    for q, k in pairs:', '        t = max(groups[q + k])'),
  ).toBe('quadratic');
  expect(
    await classOf('python', 'def f(rows):', '    for row in rows:', '        t = sum(row)'),
  ).toBe('quadratic');
});

const levels = (isNew: string) => [
  'def f(start, graph):',
  '    seen = {start}',
  '    level = {start}',
  '    while level:',
  '        following = set()',
  '        for u in level:',
  `            ${isNew}`,
  '                seen.add(u)',
  '                following.add(graph[u])',
  '        level = following',
];

test('a search by levels comes to each place once', async () => {
  expect(await classOf('python', ...levels('if u not in seen:'))).toBe('linear');
  expect(await classOf('python', ...levels('with lock:'))).toBe('quadratic');
});

const find = (step: string) => [
  'def find(parent, x):',
  '    while parent[x] != x:',
  `        ${step}`,
  '    return x',
];
const asked = ['def f(parent, pairs):', '    for a, b in pairs:', '        find(parent, a)'];

test('paths to a root that are shortened on the way are as long as a logarithm', async () => {
  const halving = find('parent[x] = parent[parent[x]]; x = parent[x]');
  expect(await classOf('python', ...halving, ...asked)).toBe('nlogn');
  expect(await classOf('python', ...find('x = parent[x]'), ...asked)).toBe('quadratic');
  const java =
    'class A { int[] p; int find(int x) { while (p[x] != x) x = p[x] = p[p[x]]; return x; } }';
  expect(await classOf('java', java)).toBe('logn');
  const kept = ['def find(p, x):', '    if p[x] == x: return x', '    y = p[x] = find(p, p[x])'];
  expect(await classOf('python', ...kept, '    return y')).toBe('logn');
  const list = ['def f(after, x):', '    after[x] = x + 1', '    while after[x] != None:'];
  expect(await classOf('python', ...list, '        x = after[x]')).toBe('linear');
});
