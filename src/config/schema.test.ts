import { expect, test } from 'vitest';
import { ALLOCATION_KEYS } from '#model/allocation.ts';
import { configSchema } from './schema.ts';

test('the defaults are whole and make sense', () => {
  const { base, min, sampling } = configSchema.parse({});
  for (const key of ALLOCATION_KEYS) expect(min[key]).toBeLessThanOrEqual(base[key]);
  expect(sampling.nearMs).toBeLessThanOrEqual(sampling.fastMs);
  expect(sampling.fastMs).toBeLessThanOrEqual(sampling.steadyMs);
  expect(sampling.steadyMs).toBeLessThanOrEqual(sampling.idleMs);
});

test('quantities are read in their units', () => {
  const { limits, node } = configSchema.parse({
    limits: { graceMs: '10s', tmpBytes: '1Gi' },
    node: { networkBitsPerSecond: '1G' },
  });
  expect(limits).toMatchObject({ graceMs: 10_000, tmpBytes: 2 ** 30 });
  expect(node.networkBitsPerSecond).toBe(1e9);
});

test.each(['*', 'null', 'example.org', 'https://example.org/', 'https://*.example.org/x'])(
  '%s is no origin that may be allowed',
  (origin) => {
    const allows = (text: string) => configSchema.parse({ serve: { allowedOrigins: [text] } });
    expect(() => allows(origin)).toThrow(/expected an origin/);
    expect(allows('https://example.org').serve.allowedOrigins).toEqual(['https://example.org']);
  },
);

test('the weights of the complexity score add up to 100, and each may be set', () => {
  const weights = { class: 40, loopDepth: 5 };
  expect(configSchema.parse({ complexity: { weights } }).complexity.weights).toMatchObject(weights);
  expect(() => configSchema.parse({ complexity: { weights: { class: 40 } } })).toThrow(/add up to/);
});
