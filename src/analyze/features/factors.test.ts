import { expect, test } from 'vitest';
import type { Language } from '#model/execution.ts';
import { analyze } from '#analyze/analyze.ts';

const python = (source: string) => analyze({ source, language: 'python' });
const javascript = (source: string) => analyze({ source, language: 'javascript' });

test('each loop has its place, kind, bound, depth and calls', async () => {
  const { functions, loops } = await python(
    'def f(n):\n    for i in range(10):\n        a(i)\n        while n > 1:\n            n //= 2\n            b(n)\n    return [c(x) for x in range(n)]\nfor k in range(3):\n    f(k)\n',
  );
  const [outer, inner, made] = functions[0]!.loops;
  expect(outer).toMatchObject({
    startLine: 2,
    endLine: 6,
    kind: 'each',
    depth: 1,
    calls: ['a', 'b'],
  });
  expect(outer?.bound).toMatchObject({ symbol: '10', count: 10 });
  expect(inner).toMatchObject({ startLine: 4, endLine: 6, kind: 'while', depth: 2, calls: ['b'] });
  expect(inner?.bound).toEqual({ symbol: 'log n', words: 'while n > 1, scaled each time' });
  expect(made).toMatchObject({ startLine: 7, endLine: 7, kind: 'comprehension', calls: ['c'] });
  expect(loops).toMatchObject([{ startLine: 8, depth: 1, calls: ['f'], bound: { count: 3 } }]);
});

test.each<[string, Language, string, string, boolean]>([
  ['await in a loop', 'javascript', 'for (const u of us) { await fetch(u); }', 'one-by-one', false],
  ['Promise.all', 'javascript', 'await Promise.all(us.map((u) => fetch(u)));', 'parallel', false],
  [
    'promises kept',
    'javascript',
    'const ps = [];\nfor (const u of us) ps.push(fetch(u));\nawait Promise.all(ps);',
    'parallel',
    false,
  ],
  [
    'a signal',
    'javascript',
    'await fetch(u, { signal: AbortSignal.timeout(5) });',
    'one-by-one',
    true,
  ],
  [
    'gather',
    'python',
    'import asyncio, httpx\nasync def f(us):\n    await asyncio.gather(*(httpx.get(u) for u in us))\n',
    'parallel',
    false,
  ],
  [
    'gathered by name',
    'python',
    'import asyncio, httpx\nasync def one(u):\n    return await httpx.get(u, timeout=3)\nasync def f(us):\n    ts = [one(u) for u in us]\n    await asyncio.gather(*ts)\n',
    'parallel',
    true,
  ],
  [
    'a pool',
    'python',
    'import requests\nfrom concurrent.futures import ThreadPoolExecutor\ndef one(u):\n    return requests.get(u)\nwith ThreadPoolExecutor() as ex:\n    ex.map(one, us)\n',
    'parallel',
    false,
  ],
  [
    'a plain map',
    'python',
    'import requests\ndef one(u):\n    return requests.get(u)\nlist(map(one, us))\n',
    'one-by-one',
    false,
  ],
  [
    'wait_for',
    'python',
    'import asyncio, httpx\nasync def f(u):\n    await asyncio.wait_for(httpx.get(u), 5)\n',
    'one-by-one',
    true,
  ],
  [
    'goroutines',
    'go',
    'package m\nimport "net/http"\nfunc f(us []string) { for _, u := range us { go func() { http.Get(u) }() } }',
    'parallel',
    false,
  ],
])('external calls: %s', async (_, language, source, awaited, hasTimeout) => {
  const { externalCalls } = await analyze({ source, language });
  expect(externalCalls[0]).toMatchObject({ awaited, hasTimeout });
});

test('says whether it draws random numbers and whether it waits', async () => {
  const flags = async (source: string) => {
    const { usesRandomness, waits } = await python(source);
    return { usesRandomness, waits };
  };
  expect(await flags('import random\nx = random.choice(y)\n')).toEqual({
    usesRandomness: true,
    waits: false,
  });
  expect(await flags('import numpy as np\nx = np.random.rand(5)\n')).toEqual({
    usesRandomness: true,
    waits: false,
  });
  expect(await flags('from time import sleep\nsleep(5)\n')).toEqual({
    usesRandomness: false,
    waits: true,
  });
  expect(await flags('x = random_forest(y)\n", ".join(x)\n')).toEqual({
    usesRandomness: false,
    waits: false,
  });
  expect((await javascript('const x = Math.random();')).usesRandomness).toBe(true);
});

test.each([
  ['def f(n):\n    return 1 if n < 2 else n * f(n - 1)\n', 'T(n) = T(n-1) + 1'],
  ['def fib(n):\n    return fib(n-1) + fib(n-2)\n', 'T(n) = T(n-1) + T(n-2) + 1'],
  [
    'def h(n, a, b, c):\n    if n:\n        h(n-1, a, c, b)\n        h(n-1, c, b, a)\n',
    'T(n) = 2·T(n-1) + 1',
  ],
  [
    'def p(x, n):\n    if n == 0:\n        return 1\n    return p(x * x, n // 2)\n',
    'T(n) = T(n/2) + 1',
  ],
  ['def g(a, b):\n    return a if b == 0 else g(b, a % b)\n', 'T(n) = T(n mod m) + 1'],
  [
    'def s(a, lo, hi, x):\n    m = (lo + hi) // 2\n    if a[m] < x:\n        return s(a, m + 1, hi, x)\n    return s(a, lo, m, x)\n',
    'T(n) = T(n/2) + 1',
  ],
  [
    'def ms(a):\n    m = len(a) // 2\n    return merge(ms(a[:m]), ms(a[m:]))\n',
    'T(n) = 2·T(n/2) + n',
  ],
  [
    'def t(node):\n    if node:\n        t(node.left)\n        t(node.right)\n',
    'T(n) = 2·T(part of n) + 1',
  ],
  [
    'import functools\n@functools.cache\ndef fib(n):\n    return fib(n-1) + fib(n-2)\n',
    'T(n) = T(n-1) + T(n-2) + 1, each n once',
  ],
])('recurrence %#: %s', async (source, text) => {
  const [f] = (await python(source)).functions;
  expect(f?.recurrence?.text).toBe(text);
  expect(f?.recurrence?.memoised).toBe(source.includes('cache'));
});

test.each<[Language, string, string]>([
  ['python', 'n = int(input())\nx = 5\n', 'constant'],
  ['python', 'n = int(input())\na = [0] * (n + 1000000)\n', 'linear'],
  ['python', 'n = int(input())\nt = [[0] * n for _ in range(n)]\n', 'quadratic'],
  ['python', 'n = int(input())\nt = [[0] * 26 for _ in range(n)]\n', 'linear'],
  [
    'python',
    'n = int(input())\nrows = []\nfor i in range(n):\n    row = []\n    for j in range(n):\n        row.append(j)\n    rows.append(row)\n',
    'quadratic',
  ],
  [
    'python',
    'n = int(input())\nfor i in range(n):\n    row = []\n    for j in range(n):\n        row.append(j)\n',
    'linear',
  ],
  ['python', 'import numpy as np\nn = int(input())\nt = np.zeros((n, n, n))\n', 'cubic'],
  ['python', 'n = int(input())\ndp = [0] * (1 << n)\n', 'exponential'],
  ['python', 'def d(n):\n    return 0 if n < 1 else 1 + d(n // 2)\nd(int(input()))\n', 'logn'],
  ['python', 'def d(n):\n    return 0 if n < 1 else 1 + d(n - 1)\nd(int(input()))\n', 'linear'],
  ['java', 'class A { void f(int n) { int[][] t = new int[n][n + 1]; } }', 'quadratic'],
  ['javascript', 'const t = Array.from({ length: n }, () => new Array(n).fill(0));', 'quadratic'],
  ['c', 'void f(int n) { int *p = malloc(n * sizeof(int)); }', 'linear'],
  ['rust', 'fn f(n: usize) { let t = vec![vec![0; n]; n]; }', 'quadratic'],
])('%s: space of %s', async (language, source, expected) => {
  const profile = await analyze({ source, language });
  expect(profile.spaceClass, profile.spaceDerivation.join('\n')).toBe(expected);
  expect(profile.spaceDerivation.length).toBeGreaterThan(0);
});

test.each<[Language, string, readonly number[]]>([
  [
    'c',
    '#define N 1000\nvoid f() { int *p = malloc(500 * sizeof(int)); double a[N][2]; char *q = (char *)calloc(N, sizeof(long)); static short t[10] = {0}; }',
    [2000, 16_000, 8000, 20],
  ],
  ['cpp', 'void f() { int *p = (int *)malloc(sizeof(int) * 500); char b[1 << 10]; }', [2000, 1024]],
  [
    'go',
    'package m\nfunc f() { a := make([]int, 1000); var b [100][20]int32; c := make([]byte, 50) }',
    [8024, 8000, 74],
  ],
  [
    'rust',
    'fn f() { let a = vec![0u8; 1000]; let b: Vec<i16> = Vec::with_capacity(50); let c = [0i32; 100]; let d = vec![vec![0u64; 20]; 10]; }',
    [1024, 124, 400, 1864],
  ],
  [
    'csharp',
    'class A { void f() { var a = new int[1000]; var b = new double[10, 20]; var c = new byte[7][]; } }',
    [4024, 1624, 80],
  ],
  [
    'ruby',
    'def f\n  a = Array.new(1000)\n  b = Array.new(10) { Array.new(5, 0) }\nend',
    [8040, 920],
  ],
  ['php', '<?php $a = array_fill(0, 1000, 0); $b = range(1, 50);', [16_440, 1080]],
])('%s: sizes of what it allocates are evaluated', async (language, source, bytes) => {
  const { dataStructures } = await analyze({ source, language });
  expect(dataStructures.map((each) => each.bytes)).toEqual(bytes);
});

test('the score follows the weights that are configured', async () => {
  const source = 'n = int(input())\nfor i in range(n):\n    print(i)\n';
  const none = { class: 0, loopDepth: 0, cyclomatic: 0, cognitive: 0, recursion: 0, structures: 0 };
  const onlyClass = { ...none, class: 100, external: 0 };
  const onlyExternal = { ...none, external: 100 };
  // Linear is step 2 of 6.
  expect((await analyze({ source, language: 'python', weights: onlyClass })).score).toBe(33);
  expect((await analyze({ source, language: 'python', weights: onlyExternal })).score).toBe(0);
});

const LOOPED: [string, Language, string, object][] = [
  [
    'of a client that was made before',
    'python',
    'import boto3\ndef f(ks):\n    s3 = boto3.client("s3")\n    for k in ks:\n        s3.put_object(Key=k)\n',
    { kind: 'cloud', callee: 's3.put_object', loopDepth: 1 },
  ],
  [
    'of a client that with gives',
    'python',
    'import httpx\ndef f(ks):\n    with httpx.Client(timeout=3) as c:\n        for k in ks:\n            c.get(k).json()\n',
    { kind: 'http', callee: 'c.get', loopDepth: 1, hasTimeout: true },
  ],
  [
    'of a client that a class keeps',
    'python',
    'import httpx\nclass A:\n    def __init__(self):\n        self.client = httpx.Client()\n    def f(self, us):\n        for u in us:\n            self.client.get(u)\n',
    { kind: 'http', callee: 'self.client.get', loopDepth: 1 },
  ],
  [
    'of a client with a timeout',
    'go',
    'package m\nimport ("net/http"; "time")\nfunc f(us []string) {\n c := &http.Client{Timeout: time.Second}\n for _, u := range us { c.Get(u) }\n}\n',
    { kind: 'http', callee: 'c.Get', loopDepth: 1, hasTimeout: true },
  ],
  [
    'of a client by its type',
    'java',
    'class A { void f(java.util.List<HttpRequest> rs, HttpClient c) { for (HttpRequest r : rs) c.send(r, null); } }',
    { kind: 'http', callee: 'c.send', loopDepth: 1 },
  ],
  [
    'per element of forEach',
    'javascript',
    'for (const us of all) us.forEach((u) => { fetch(u); });',
    { kind: 'http', loopDepth: 2 },
  ],
  ['in a handler', 'javascript', "app.get('/', () => fetch(u));", { kind: 'http', loopDepth: 0 }],
  [
    'per element of each',
    'ruby',
    'def f(us)\n  us.each { |u| Net::HTTP.get(u) }\nend\n',
    { kind: 'http', loopDepth: 1 },
  ],
  [
    'by a name that require gives',
    'javascript',
    "const { execSync: run } = require('node:child_process');\nfor (const f of fs) run(f);",
    { kind: 'subprocess', callee: 'node:child_process.execSync', loopDepth: 1 },
  ],
  [
    'of a client that a field holds',
    'typescript',
    "import { S3Client } from '@aws-sdk/client-s3';\nclass A { private s3 = new S3Client({}); async f(ks: string[]) { for (const k of ks) await this.s3.send(k); } }",
    { kind: 'cloud', callee: 'this.s3.send', loopDepth: 1 },
  ],
  [
    'by a command that another one runs',
    'shell',
    'for u in "$@"; do timeout -k 1 5s wget "$u"; done',
    { kind: 'http', callee: 'wget', loopDepth: 1, hasTimeout: true },
  ],
  [
    'by sudo',
    'shell',
    'while read -r u; do sudo -u www curl "$u"; done',
    { kind: 'http', callee: 'curl', loopDepth: 1, hasTimeout: false },
  ],
  [
    'with a time limit as an option',
    'php',
    '<?php function f($us) { foreach ($us as $u) { $c = curl_init($u); curl_setopt($c, CURLOPT_TIMEOUT, 5); curl_exec($c); } }',
    { callee: 'curl_exec', loopDepth: 1, hasTimeout: true },
  ],
];

test.each(LOOPED)('external calls in loops: %s', async (_, language, source, expected) => {
  const { externalCalls } = await analyze({ source, language });
  expect(externalCalls.at(-1)).toMatchObject(expected);
});

test('the answer of a client is no client', async () => {
  const { externalCalls } = await python(
    'import requests\ndef f(u):\n    r = requests.get(u)\n    return r.items(), r.total()\n',
  );
  expect(externalCalls.map(({ callee }) => callee)).toEqual(['requests.get']);
});

test.each<[Language, string, number[]]>([
  ['python', 'def f():\n    return [0] * 1000000\n', [8_000_056]],
  ['rust', 'fn f() -> Vec<f64> { vec![0.0; 1000000] }', [8_000_024]],
  ['javascript', 'function f() { return new Float64Array(1000000); }', [8_000_000]],
  ['python', 'import numpy as np\nfit(np.ones((2000, 1000)))\n', [16_000_112]],
  ['python', 'x = bytes(bytearray(1000000))\n', [1_000_033]],
  ['javascript', 'class A { buf = new Uint8Array(1e6); }', [1_000_000]],
  ['python', 'def f(a):\n    return [a, a]\n', []],
  ['go', 'package m\nfunc f(m map[int]int) bool { _, ok := m[1]; return ok }', []],
])('%s: what has no name has a size: %s', async (language, source, bytes) => {
  const { dataStructures } = await analyze({ source, language });
  const found = dataStructures.map((each) => each.bytes ?? 0);
  expect(found).toHaveLength(bytes.length);
  found.forEach((each, at) => expect(each / bytes[at]!).toBeCloseTo(1, 3));
});
