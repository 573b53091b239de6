import { expect, test } from 'vitest';
import type { Language } from '#model/execution.ts';
import { analyze } from '#analyze/analyze.ts';

const growing = async (language: Language, source: string) =>
  (await analyze({ source, language })).dataStructures.filter(({ grows }) => grows);

test.each<[string, Language, string]>([
  ['forEach', 'javascript', 'const out = [];\nrows.forEach((x) => out.push(x));'],
  [
    'forEach, a block',
    'typescript',
    'const out: Row[] = [];\nrows.forEach((x) => { out.push(x); });',
  ],
  ['a map', 'javascript', 'const m = new Map();\nrows.forEach((x) => m.set(x.id, x));'],
  ['keys of an object', 'javascript', 'const m = {};\nrows.forEach((x) => { m[x.id] = x; });'],
  ['events', 'javascript', 'const out = [];\nprocess.stdin.on("data", (c) => out.push(c));'],
  ['each', 'ruby', 'out = []\nrows.each { |x| out << x }\n'],
  [
    'array_map',
    'php',
    '<?php\n$out = [];\narray_map(function ($x) use (&$out) { $out[] = $x; }, $rows);',
  ],
  [
    'array_walk',
    'php',
    '<?php\n$out = [];\narray_walk($rows, function ($x) use (&$out) { $out[$x] = 1; });',
  ],
  [
    'lambdas',
    'java',
    'class A { void f(List<String> rows, List<String> out) {\nrows.forEach(x -> out.add(x)); } }',
  ],
  [
    'delegates',
    'csharp',
    'class A { void F(List<int> rows, List<int> o) {\nrows.ForEach(x => o.Add(x)); } }',
  ],
  [
    'for_each',
    'rust',
    'fn f(rows: Vec<i32>, out: &mut Vec<i32>) {\nrows.iter().for_each(|x| out.push(*x)); }',
  ],
  [
    'std::for_each',
    'cpp',
    'void f(std::vector<int> rows, std::vector<int> &out) {\nstd::for_each(rows.begin(), rows.end(), [&](int x) { out.push_back(x); }); }',
  ],
  ['map with a lambda', 'python', 'out = []\nlist(map(lambda x: out.append(x), rows))\n'],
])('what closures add per element grows: %s', async (_, language, source) => {
  const found = await growing(language, source);
  expect(found).toHaveLength(1);
  expect(found[0]?.bytes).toBeUndefined();
  const { spaceClass, sites } = await analyze({ source, language });
  expect(spaceClass).toBe('linear');
  expect(sites?.map(({ kind }) => kind)).toContain('growth');
});

test.each<[Language, string]>([
  ['javascript', 'const out = [];\nArray.from({ length: 100000 }).forEach((_, i) => out.push(i));'],
  ['ruby', 'out = []\n100_000.times { |i| out << i }\n'],
  ['ruby', 'out = []\n(1..100_000).each do |i|\n  out.push(i)\nend\n'],
  ['ruby', 'out = []\n1.upto(100_000) { |i| out << i }\n'],
  ['rust', 'fn f(out: &mut Vec<i64>) { (0..100000).for_each(|x| out.push(x)); }'],
])('%s: a fixed number of elements has a size: %j', async (language, source) => {
  const [found] = await growing(language, source);
  expect(found?.bytes).toBeGreaterThanOrEqual(800_000);
  expect(found?.bytes).toBeLessThan(900_000);
});

test.each<[string, Language, string]>([
  ['that run once', 'javascript', 'const out = [];\nstart(() => out.push(1));'],
  ['that sort', 'ruby', 'out = []\nopen(path) { |f| out << f }\n'],
])('closures %s do not grow anything', async (_, language, source) => {
  expect(await growing(language, source)).toEqual([]);
});

test('what is taken over from a list of unknown length has no size', async () => {
  const source = 'const out = [];\n[...Array(100000).keys()].forEach((i) => out.push(i));';
  expect((await growing('javascript', source))[0]?.bytes).toBeUndefined();
});
