import { expect, test } from 'vitest';
import { analyze } from './analyze.ts';

const python = (source: string) => analyze({ source, language: 'python' });

test('evaluates the size of a repeated list before it runs', async () => {
  const profile = await python('x = [0] * 10**8\n');
  expect(profile.demand.peakMemoryBytes.likely).toBe(800_000_056);
});

test('follows calls: a loop inside a called function nests in the caller', async () => {
  const profile = await python(
    'def f(n):\n    for i in range(n):\n        print(i)\nn = int(input())\nfor k in range(n):\n    f(n)\n',
  );
  expect(profile.class).toBe('quadratic');
});

test('tells naive recursion from memoised', async () => {
  const naive = 'def fib(n):\n    return n if n < 2 else fib(n-1) + fib(n-2)\nfib(int(input()))\n';
  expect((await python(naive)).class).toBe('exponential');
  expect((await python(`from functools import lru_cache\n@lru_cache\n${naive}`)).class).toBe(
    'linear',
  );
});

test('reports external calls with the loop they sit in', async () => {
  const source = 'import requests as r\nfor u in urls:\n    r.get(u)\n';
  expect((await python(source)).externalCalls).toEqual([
    {
      kind: 'http',
      callee: 'requests.get',
      line: 3,
      loopDepth: 1,
      loopLine: 2,
      awaited: 'one-by-one',
      hasTimeout: false,
    },
  ]);
});

test('profiles what parses and says where it does not', async () => {
  const profile = await python('def f(a):\n    return a\n\nx = (1 +\n');
  expect(profile.functions.map(({ name }) => name)).toContain('f');
  expect(profile.syntaxError?.line).toBeGreaterThan(0);
  expect(profile.coveredFraction).toBeLessThan(1);
});

test('is honest about what it cannot read', async () => {
  const profile = await analyze({ source: 'echo hi', language: 'unknown' });
  expect(profile.class).toBe('unknown');
  expect(profile.demand.peakMemoryBytes.high).toBeGreaterThan(2 ** 30);
});
