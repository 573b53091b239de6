import { expect, test } from 'vitest';
import type { Language } from '#model/execution.ts';
import { analyze } from '#analyze/analyze.ts';

/**
 * The same function in every language: a loop, an if with one `and`, an else-if, an else, a while and
 * a switch with two cases and a default. Counted by hand:
 * cyclomatic 1 + for 1 + if 1 + and 1 + else-if 1 + while 1 + two cases 2 = 8;
 * cognitive for 1 + if 2 + and 1 + else-if 1 + else 1 + while 1 + switch 1 = 8.
 */
const SAME: Partial<Record<Language, string>> = {
  javascript: `function f(n, a) { for (let i = 0; i < n; i++) { if (a[i] && n) { g(); } else if (n > 1) { h(); } else { k(); } }
    while (n > 0) { n--; } switch (n) { case 1: g(); break; case 2: h(); break; default: k(); } }
    // PLACE`,
  typescript: `function f(n: number, a: number[]): void { for (let i = 0; i < n; i++) { if (a[i] && n) { g(); } else if (n > 1) { h(); } else { k(); } }
    while (n > 0) { n--; } switch (n) { case 1: g(); break; case 2: h(); break; default: k(); } }`,
  java: `class A { void f(int n, int[] a) { for (int i = 0; i < n; i++) { if (a[i] > 0 && n > 0) { g(); } else if (n > 1) { h(); } else { k(); } }
    while (n > 0) { n--; } switch (n) { case 1: g(); break; case 2: h(); break; default: k(); } } }`,
  go: `package m
func f(n int, a []int) { for i := 0; i < n; i++ { if a[i] > 0 && n > 0 { g() } else if n > 1 { h() } else { k() } }
    for n > 0 { n-- }
    switch n { case 1: g(); case 2: h(); default: k() } }`,
  c: `void f(int n, int *a) { for (int i = 0; i < n; i++) { if (a[i] && n) { g(); } else if (n > 1) { h(); } else { k(); } }
    while (n > 0) { n--; } switch (n) { case 1: g(); break; case 2: h(); break; default: k(); } }`,
  cpp: `void f(int n, int *a) { for (int i = 0; i < n; i++) { if (a[i] && n) { g(); } else if (n > 1) { h(); } else { k(); } }
    while (n > 0) { n--; } switch (n) { case 1: g(); break; case 2: h(); break; default: k(); } }`,
  rust: `fn f(mut n: usize, a: &[i32]) { for i in 0..n { if a[i] > 0 && n > 0 { g(); } else if n > 1 { h(); } else { k(); } }
    while n > 0 { n -= 1; } match n { 1 => g(), 2 => h(), _ => k() } }`,
  ruby: `def f(n, a)
  for i in 0..n do if a[i] && n then g elsif n > 1 then h else k end end
  while n > 0 do n -= 1 end
  case n when 1 then g when 2 then h else k end
end`,
  php: `<?php function f($n, $a) { for ($i = 0; $i < $n; $i++) { if ($a[$i] && $n) { g(); } elseif ($n > 1) { h(); } else { k(); } }
    while ($n > 0) { $n--; } switch ($n) { case 1: g(); break; case 2: h(); break; default: k(); } }`,
  csharp: `class A { void f(int n, int[] a) { for (int i = 0; i < n; i++) { if (a[i] > 0 && n > 0) { g(); } else if (n > 1) { h(); } else { k(); } }
    while (n > 0) { n--; } switch (n) { case 1: g(); break; case 2: h(); break; default: k(); break; } } }`,
  shell: `f() { for i in $(seq $n); do if g && h; then g; elif h; then h; else k; fi; done
    while g; do n=1; done; case $n in 1) g;; 2) h;; *) k;; esac; }`,
};

/** Python's match has a wildcard case, which radon counts like any other. */
const PYTHON = `def f(n, a):
    for i in range(n):
        if a[i] and n:
            g()
        elif n > 1:
            h()
        else:
            k()
    while n > 0:
        n -= 1
`;

const languages = Object.keys(SAME) as Language[];

test.each(languages)(
  '%s: cyclomatic and cognitive complexity as counted by hand',
  async (language) => {
    const profile = await analyze({ source: SAME[language]!, language });
    expect(profile.syntaxError).toBeUndefined();
    const [f] = profile.functions;
    expect(f?.name.split(/[.:]+/).at(-1)).toBe('f');
    expect({ cyclomatic: f?.cyclomatic, cognitive: f?.cognitive, loopDepth: f?.loopDepth }).toEqual(
      { cyclomatic: 8, cognitive: 8, loopDepth: 1 },
    );
  },
);

test('python: cyclomatic and cognitive complexity as counted by hand', async () => {
  const [f] = (await analyze({ source: PYTHON, language: 'python' })).functions;
  expect({ cyclomatic: f?.cyclomatic, cognitive: f?.cognitive, loopDepth: f?.loopDepth }).toEqual({
    cyclomatic: 6,
    cognitive: 7,
    loopDepth: 1,
  });
});

/** Where a further branch can be written into each, and how. */
const BRANCH: Partial<Record<Language, readonly [RegExp, string]>> = {
  javascript: [/while \(n/, 'if (n) { g(); } while (n'],
  typescript: [/while \(n/, 'if (n) { g(); } while (n'],
  java: [/while \(n/, 'if (n > 5) { g(); } while (n'],
  go: [/ {4}for n/, 'if n > 5 { g() }\n for n'],
  c: [/while \(n/, 'if (n) { g(); } while (n'],
  cpp: [/while \(n/, 'if (n) { g(); } while (n'],
  rust: [/while n/, 'if n > 5 { g(); } while n'],
  ruby: [/ {2}while n/, '  g if n\n  while n'],
  php: [/while \(\$n/, 'if ($n) { g(); } while ($n'],
  csharp: [/while \(n/, 'if (n > 5) { g(); } while (n'],
  shell: [/ {4}while g/, 'if h; then g; fi; while g'],
};

test.each(languages)('%s: adding a branch adds one', async (language) => {
  const [pattern, branch] = BRANCH[language]!;
  const source = SAME[language]!.replace(pattern, branch);
  expect(source).not.toBe(SAME[language]);
  const [f] = (await analyze({ source, language })).functions;
  expect({ cyclomatic: f?.cyclomatic, cognitive: f?.cognitive }).toEqual({
    cyclomatic: 9,
    cognitive: 9,
  });
});
