import { expect, test } from 'vitest';
import type { Language } from '#model/execution.ts';
import { analyze } from '#analyze/analyze.ts';

/** The bound of the last loop: `n`, `3`, with the words in brackets where there is a count. */
async function lastBound(source: string, language: Language): Promise<string> {
  const { functions, loops } = await analyze({ source, language });
  const all = [...loops, ...functions.flatMap((each) => each.loops)];
  const { symbol, words, count } = all.toSorted((a, b) => a.startLine - b.startLine).at(-1)!.bound;
  return count === undefined ? symbol : words.replace(/^.*: /, '');
}

const python = (...lines: readonly string[]) =>
  [
    'def f(n, rows):',
    ...lines.map((line) => `    ${line}`),
    '    for x in xs:',
    '        g(x)',
  ].join('\n');

test.each([
  [['xs = []'], '0 times'],
  [['xs = ["a", "b"]', 'print(len(xs), xs[0], "a" in xs)'], '2 times'],
  [['xs = "abc"'], '3 times'],
  [['xs = ["a"]'], 'once'],
  [['xs = []', 'for r in rows:', '    xs.append(r)'], 'n'],
  [['xs = []', 'for i in range(n):', '    for j in range(n):', '        xs.append(j)'], 'n²'],
  [
    ['xs = []', 'for i in range(10):', '    if i in rows:', '        xs.append(i)'],
    'at most 10 times',
  ],
  [['xs = [0]', 'xs.append(n)', 'xs += [1, 2]'], 'at most 4 times'],
  [['xs = []', 'xs.extend(rows)'], 'n'],
  [['xs = []', 'xs += rows'], 'n'],
  [['xs = []', 'for r in rows:', '    xs = xs + [r]'], 'n'],
  [['xs = {}', 'for r in rows:', '    xs[r] = 1'], 'n'],
  [['xs = [1, 2]', 'xs[n] = 5'], '2 times'],
  [['xs = []', 'unknown(xs)'], 'n'],
  [['xs = []', 'for r in rows:', '    xs.append(r)', '    if r:', '        xs = []'], 'n'],
  [['xs = []', 'for r in rows:', '    if r:', '        xs = []', '        xs.append(r)'], '1'],
  [['xs = []', 'unknown(each=xs)'], 'n'],
  [['xs = []', 'for r in rows:', '    unknown(xs)'], 'n'],
  [['xs = []', 'for r in rows:', '    heapq.heappush(xs, r)', '    heapq.heappop(xs)'], 'n'],
  [['xs = []', 'rows.walk(xs.append)'], 'n'],
  [['xs = ()', 'unknown(xs)'], '0 times'],
  [['xs = ()', 'def inner():', '    nonlocal xs', '    xs = rows', 'inner()'], 'n'],
  [['xs = []', 'add = xs.append'], 'n'],
  [['xs = []', 'ys = xs', 'ys.append(1)'], 'at most once'],
  [['xs = []', 'rows.all = xs'], 'n'],
  [['xs = []', 'def inner():', '    xs.append(1)', 'inner()'], 'n'],
  [['xs = []', 'def inner(xs=xs):', '    xs.append(1)', 'inner()'], 'n'],
  [['xs = []', 'def inner():', '    nonlocal xs', '    xs = rows', 'inner()'], 'n'],
  [['xs = []', 'run(lambda row: xs.append(row))'], 'n'],
  [['def fill(out): out.append(1)', 'xs = []', 'fill(xs)'], 'at most once'],
  [['def read(out): return out[0]', 'xs = [1, 2]', 'read(xs)'], '2 times'],
  [['for r in rows:', '    xs = []', '    xs.append(r)'], 'at most once'],
])('how long %j makes xs', async (lines, bound) => {
  expect(await lastBound(python(...lines), 'python')).toBe(bound);
});

test('what fills one list from another that it fills in turn has no fixed length', async () => {
  const lines = [
    'xs = [n]',
    'while xs:',
    '    ys = []',
    '    for x in xs:',
    '        ys.extend(g(x))',
  ];
  expect(await lastBound(python(...lines, '    xs = ys'), 'python')).toBe('n');
});

test('a name that is nothing at first is set elsewhere', async () => {
  const source = 'names = None\ndef f():\n    for name in names:\n        print(name)\n';
  expect(await lastBound(source, 'python')).toBe('n');
});

test.each<[Language, string, string]>([
  ['javascript', 'const xs = [];\nfor (const x of xs) g(x);', '0 times'],
  [
    'javascript',
    'const xs = [];\nrows.forEach((r) => xs.push(r));\nfor (const x of xs) g(x);',
    'n',
  ],
  ['javascript', 'let xs = [];\nfunction load() { xs = all(); }\nfor (const x of xs) g(x);', 'n'],
  ['javascript', 'const xs = ["a", "b"];\nconsole.log(xs);\nfor (const x of xs) g(x);', '2 times'],
  [
    'javascript',
    'const xs = ["a", "b"];\nfor (let i = 0; i < xs.length; i++) g(i);',
    'at most 2 times',
  ],
  [
    'javascript',
    'const xs = [];\nxs.length = 0;\nread(xs);\nfor (let i = 0; i < xs.length; i++) g(i);',
    'n',
  ],
  ['javascript', 'clear([]);\nfunction clear(xs) {\nfor (const x of xs) g(x); }', 'n'],
  [
    'typescript',
    'const xs: string[] = [];\nwhile (more()) xs.push(next());\nfor (const x of xs) g(x);',
    'n',
  ],
  [
    'java',
    'class A { void f() { int[] xs = {1, 2, 3};\nxs[0] = 2;\nfor (int x : xs) g(x); } }',
    '3 times',
  ],
  [
    'go',
    'package p\nfunc f(n int) { xs := []int{}\nfor i := 0; i < n; i++ { xs = append(xs, i) }\nfor _, x := range xs { g(x) } }',
    'n',
  ],
  ['go', 'package p\nfunc f() { xs := []int{1, 2, 3}\nfor _, x := range xs { g(x) } }', '3 times'],
  [
    'go',
    'package p\nfunc f(rows []int) { xs := map[int]int{}\nfor _, r := range rows { xs[r] = 1 }\nfor x := range xs { g(x) } }',
    'n',
  ],
  ['ruby', 'xs = []\nrows.each { |r| xs << r }\nfor x in xs do g(x) end', 'n'],
  [
    'cpp',
    'void f(int n) { std::vector<int> xs = {};\nfor (int i = 0; i < n; i++) xs.push_back(i);\nfor (int x : xs) g(x); }',
    'n',
  ],
  [
    'shell',
    'xs=()\nwhile read -r l; do xs+=("$l"); done\nfor x in "${xs[@]}"; do g "$x"; done',
    'n',
  ],
])('%s: %j', async (language, source, bound) => {
  expect(await lastBound(source, language)).toBe(bound);
});
