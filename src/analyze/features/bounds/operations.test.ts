import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';
import type { Language } from '#model/execution.ts';

/** The class of the last function of a source. */
async function classOf(language: Language, source: string) {
  const { functions } = await analyze({ source, language });
  return functions.at(-1)?.class;
}

const java = (body: string) =>
  classOf('java', `class A { void f(int n, String[] xs) { ${body} } }`);
const python = (parameters: string, ...lines: readonly string[]) =>
  classOf('python', [`def f(${parameters}):`, ...lines.map((line) => `    ${line}`)].join('\n'));
const inLoop = (operation: string) => python('a, k', 'for x in a:', `    t = ${operation}`);

test('text that is added to in a loop is copied each time, where the language copies', async () => {
  expect(await java('String s = ""; for (String x : xs) s += x;')).toBe('quadratic');
  expect(await java('String s = ""; for (String x : xs) s = s + x;')).toBe('quadratic');
  expect(await java('int s = 0; for (String x : xs) s += n;')).toBe('linear');
  expect(await java('for (String x : xs) { String s = ""; s += x; }')).toBe('linear');
  expect(await java('String s = ""; for (int i = 0; i < 4; i++) s += xs[i];')).toBe('constant');
  const go = 's := ""; for _, x := range xs { s += x }; return s';
  expect(await classOf('go', `package main\nfunc f(xs []string) string { ${go} }`)).toBe(
    'quadratic',
  );
  const declared = 'var s string; for _, x := range xs { s += x }; return s';
  expect(await classOf('go', `package main\nfunc f(xs []string) string { ${declared} }`)).toBe(
    'quadratic',
  );
  const counted = 'var s int; for _, x := range xs { s += len(x) }; return s';
  expect(await classOf('go', `package main\nfunc f(xs []string) int { ${counted} }`)).toBe(
    'linear',
  );
  const cs = 'string s = ""; foreach (var x in xs) s += x;';
  expect(await classOf('csharp', `class A { void F(string[] xs) { ${cs} } }`)).toBe('quadratic');
  expect(
    await classOf('javascript', 'function f(a) { let t = ""; for (const x of a) t += x; }'),
  ).toBe('linear');
});

test('a list is searched through, a set is not', async () => {
  const search = ['for x in a:', '    if x in b: print(x)'];
  expect(await python('a, b: list', ...search)).toBe('quadratic');
  expect(await python('a, b: List[int] = None', ...search)).toBe('quadratic');
  expect(await python('a, b: set', ...search)).toBe('linear');
  expect(await python('a, c', 'b = sorted(c)', ...search)).toBe('quadratic');
  expect(await python('a', 'b = [1, 2, 3]', ...search)).toBe('linear');
  const loop = (type: string, call: string) =>
    classOf('java', `class A { void f(${type}<Integer> b, int[] a) { for (int x : a) ${call}; } }`);
  expect(await loop('List', 'b.contains(x)')).toBe('quadratic');
  expect(await loop('Set', 'b.contains(x)')).toBe('linear');
});

test('what is removed from the start of an array list moves the rest', async () => {
  const drain = (type: string, at: string) =>
    java(`${type}<Integer> a = make(n); for (int i = 0; i < n; i++) a.remove(${at});`);
  expect(await drain('List', '0')).toBe('quadratic');
  expect(await drain('LinkedList', '0')).toBe('linear');
  expect(await drain('List', 'a.size() - 1')).toBe('linear');
});

test('a slice copies what it spans', async () => {
  for (const slice of ['a[1:]', 'a[:k]', 'a[:-1]', 'a[:]', 'a[::-1]', 'a[1:-1]'])
    expect(await inLoop(slice), slice).toBe('quadratic');
  for (const slice of ['a[:10]', 'a[2:5]', 'a[-3:]', 'a[-3:-1]', 'a[k:k + 3]'])
    expect(await inLoop(slice), slice).toBe('linear');
});

test('what is filled on the way costs as much as it is long', async () => {
  expect(await inLoop('[0] * k')).toBe('quadratic');
  expect(await inLoop('"-" * k')).toBe('quadratic');
  expect(await inLoop('[0] * 26')).toBe('linear');
  expect(await inLoop('x * k')).toBe('linear');
  expect(await python('n, m', 't = [[0] * m for _ in range(n)]')).toBe('quadratic');
  expect(await java('for (String x : xs) { int[] t = new int[n]; }')).toBe('quadratic');
  expect(await java('for (String x : xs) { int[] t = new int[26]; }')).toBe('linear');
});

test('a comprehension is as long as its clauses say, its elements as long as they are', async () => {
  const lines = 'rows = [input() for _ in range(3)]';
  expect(await python('', lines, 'for row in rows:', '    print(row)')).toBe('constant');
  expect(
    await python('', lines, 'for row in rows:', '    for each in row:', '        print(each)'),
  ).toBe('linear');
  expect(await python('n', lines, 'for i in range(n):', '    rows.append(i)', 'sum(rows)')).toBe(
    'linear',
  );
  const itself = ['while rows:', '    rows = [row for row in rows if row]', '    for row in rows:'];
  expect(await python('rows', ...itself, '        print(row[0])')).toBe('quadratic');
});
