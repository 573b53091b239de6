import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redistributeToTheRight, weightedQuantile } from './weighted-quantile.ts';

const certain = fc.record({
  value: fc.integer({ min: 0, max: 1_000 }),
  weight: fc.double({ min: 0.01, max: 1, noNaN: true }),
});
const weighted = fc.record({
  value: fc.integer({ min: 0, max: 1_000 }),
  weight: fc.double({ min: 0.01, max: 1, noNaN: true }),
  atLeast: fc.boolean(),
});
const fraction = fc.double({ min: 0.01, max: 1, noNaN: true });

test('the examples in the comments hold', () => {
  const values = [
    { value: 1, weight: 1 },
    { value: 2, weight: 1 },
    { value: 10, weight: 2 },
  ];
  expect([0.5, 0.95].map((part) => weightedQuantile(values, part))).toEqual([2, 10]);
  const resolved = redistributeToTheRight([
    { value: 400, weight: 1 },
    { value: 150, weight: 1, atLeast: true },
    { value: 100, weight: 1 },
    { value: 200, weight: 1 },
  ]);
  expect(resolved.map(({ value, weight }) => [value, weight])).toEqual([
    [100, 1],
    [200, 1.5],
    [400, 1.5],
  ]);
});

test('a quantile is one of the values and grows with its fraction', () => {
  fc.assert(
    fc.property(fc.array(certain, { minLength: 1 }), fraction, fraction, (values, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      expect(values.map(({ value }) => value)).toContain(weightedQuantile(values, low));
      expect(weightedQuantile(values, low)).toBeLessThanOrEqual(weightedQuantile(values, high));
    }),
  );
});

test('redistribution keeps all weight', () => {
  fc.assert(
    fc.property(fc.array(weighted, { minLength: 1 }), (values) => {
      const sum = (entries: typeof values | ReturnType<typeof redistributeToTheRight>) =>
        entries.reduce((total, { weight }) => total + weight, 0);
      expect(sum(redistributeToTheRight(values))).toBeCloseTo(sum(values), 6);
    }),
  );
});

test('"at least" never lowers a quantile', () => {
  fc.assert(
    fc.property(fc.array(certain, { minLength: 1 }), weighted, fraction, (values, extra, part) => {
      const without = weightedQuantile(values, part);
      const censored = redistributeToTheRight([...values, { ...extra, atLeast: true }]);
      expect(weightedQuantile(censored, part)).toBeGreaterThanOrEqual(without);
    }),
  );
});
