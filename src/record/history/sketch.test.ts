import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addToSketch, EMPTY_SKETCH, valuesOf, type StoredSketch } from './sketch.ts';
import { weightedQuantile } from './weighted-quantile.ts';

const FRESH = { decay: 1, weight: 1 };
const certain = (...values: number[]) => values.map((value) => ({ value, atLeast: false }));

test('a quantile is within 2 % of the real one, however the values came in', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1e6, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, fraction) => {
        const sketch = values.reduce<StoredSketch>(
          (so, value) => addToSketch(so, certain(value), FRESH),
          EMPTY_SKETCH,
        );
        const real = weightedQuantile(
          values.map((value) => ({ value, weight: 1 })),
          fraction,
        );
        const told = weightedQuantile(valuesOf(sketch), fraction);
        expect(Math.abs(told / real - 1)).toBeLessThan(0.02);
      },
    ),
  );
});

test('what is decayed counts less, and at last not at all', () => {
  const before = addToSketch(EMPTY_SKETCH, certain(100), FRESH);
  const after = addToSketch(before, certain(200), { decay: 0.25, weight: 1 });
  expect(valuesOf(after).map(({ weight }) => weight)).toEqual([0.25, 1]);
  const later = addToSketch(after, certain(200), { decay: 0.003, weight: 1 });
  expect(valuesOf(later)).toHaveLength(1);
});

test('a thousand values of any size keep a row small, and JSON brings them back', () => {
  const values = Array.from({ length: 1000 }, (_, index) => 1.03 ** index);
  const sketch = addToSketch(EMPTY_SKETCH, certain(0, ...values), FRESH);
  expect(sketch.certain.length).toBeLessThanOrEqual(401);
  const back = JSON.parse(JSON.stringify(sketch)) as StoredSketch;
  expect(addToSketch(back, [], FRESH)).toEqual(sketch);
});

test('values known as "at least" are kept apart', () => {
  const sketch = addToSketch(EMPTY_SKETCH, [{ value: 5, atLeast: true }], FRESH);
  expect([sketch.certain.length, sketch.atLeast.length]).toEqual([0, 1]);
});
