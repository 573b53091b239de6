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

/** Nested constructs, a switch and a closure; the counts stand beside the lines, cyclomatic / cognitive. */
test.each<[Language, string, number, number]>([
  [
    'go',
    `package m
func g(xs []int) int {                    // 1
    total := 0
    for _, x := range xs {                // 1 / 1
        switch {                          //   / 2
        case x > 0 && x < 9:              // 2 / 1
            for x > 1 { x /= 2 }          // 1 / 3
        case x == 0:                      // 1
            continue
        default:
            total++
        }
    }
    add := func(y int) int {
        if y > 0 || total > 9 {           // 2 / 3
            return y
        }
        return 0
    }
    return add(total)
}`,
    8,
    10,
  ],
  [
    'rust',
    `fn g(xs: &[i32]) -> i32 {                 // 1
    let mut t = 0;
    for x in xs {                             // 1 / 1
        match x {                             //   / 2
            0 => continue,                    // 1
            1 | 2 => { if t > 5 { t += 1; } } // 2 / 3
            _ => t -= 1,
        }
    }
    let f = |y: i32| if y > 0 && t > 0 { y } else { 0 }; // 2 / 4
    while let Some(_) = it() { t += 1; }      // 1 / 1
    f(t)
}`,
    8,
    11,
  ],
  [
    'java',
    `class A { int g(int[] xs) {               // 1
    int t = 0;
    for (int x : xs) {                        // 1 / 1
        try {
            do { t += x > 0 ? 1 : 2; } while (t < 9); // 2 / 5
        } catch (RuntimeException e) {        // 1 / 2
            switch (x) { case 1: case 2: t++; break; default: t--; } // 2 / 3
        }
    }
    Runnable r = () -> { if (t0 > 0 || xs.length > 3) h(); }; // 2 / 3
    return t;
} }`,
    9,
    14,
  ],
])(
  '%s: nested constructs and a closure as counted by hand',
  async (language, source, cyclomatic, cognitive) => {
    const profile = await analyze({ source, language });
    expect(profile.syntaxError).toBeUndefined();
    const g = profile.functions.find(({ name }) => name.split(/[.:]+/).at(-1) === 'g');
    expect({ cyclomatic: g?.cyclomatic, cognitive: g?.cognitive }).toEqual({
      cyclomatic,
      cognitive,
    });
  },
);

test('what a grammar has no fields for has its place', async () => {
  const php = await analyze({
    source: "<?php function f($rows) { foreach ($rows as $k => $row) { new PDO('x'); } }",
    language: 'php',
  });
  expect(php.functions[0]?.loops[0]?.bound.words).toBe('over $rows');
  expect(php.externalCalls).toMatchObject([{ kind: 'database', callee: 'PDO', loopDepth: 1 }]);
  const csharp = await analyze({
    source:
      'class A { static int F(int[] a, int t) { int lo = 0, hi = a.Length; while (lo < hi) { int mid = (lo + hi) / 2; if (a[mid] < t) lo = mid + 1; else hi = mid; } return lo; } }',
    language: 'csharp',
  });
  expect(csharp.functions[0]?.class).toBe('logn');
});

test.each<[Language, string, number]>([
  ['ruby', 'def f(n)\n  out = []\n  for i in 0...n\n    out << i\n  end\n  out\nend\n', 1],
  ['ruby', 'def f(n)\n  for i in 0...n\n    x = i << 2\n  end\n  x\nend\n', 0],
  ['php', '<?php function f($n) { for ($i = 0; $i < $n; $i++) { $out[] = $i; } return $out; }', 1],
  ['php', '<?php function f($n) { for ($i = 0; $i < $n; $i++) { $x = $a[$i]; } return $x; }', 0],
])('%s: what adds to a container without a call', async (language, source, count) => {
  const { dataStructures, spaceClass } = await analyze({ source, language });
  expect(dataStructures.filter(({ grows }) => grows)).toHaveLength(count);
  expect(spaceClass).toBe(count === 0 ? 'constant' : 'linear');
});
