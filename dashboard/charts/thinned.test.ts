import fc from 'fast-check';
import { expect, test } from 'vitest';
import { thinned } from './thinned.ts';

const column = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), {
  minLength: 500,
  maxLength: 3000,
});

test('what is seen stays: the lowest and highest of each part, in order, and no more than can be told apart', () => {
  fc.assert(
    fc.property(column, fc.integer({ min: 5, max: 60 }), (given, parts) => {
      const used = Float64Array.from(given);
      const times = Float64Array.from(given, (_, index) => index);
      const may = used.map((value) => 100 - value);
      const shown = { min: 100, max: 400, parts };
      const [at, one, other] = thinned([times, used, may], shown) as [
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      expect(at.length).toBeLessThanOrEqual((parts + 1) * 4 + 2);
      expect([at[0], at.at(-1)]).toEqual([99, 400]);
      expect([...at]).toEqual([...at].sort((a, b) => a - b));
      for (const [row, moment] of at.entries())
        expect([one[row], other[row]]).toEqual([used[moment], may[moment]]);
      const seen = used.subarray(100, 400);
      expect(Math.max(...one)).toBeGreaterThanOrEqual(Math.max(...seen));
      expect(Math.min(...one)).toBeLessThanOrEqual(Math.min(...seen));
    }),
    { numRuns: 50 },
  );
});

test('few points are as they are', () => {
  const times = Float64Array.from([0, 1, 2, 3, 4, 5, 6]);
  expect(thinned([times, times], { min: 2, max: 4, parts: 100 }).map((one) => [...one])).toEqual([
    [1, 2, 3, 4],
    [1, 2, 3, 4],
  ]);
  expect(thinned([new Float64Array(0)], { min: 0, max: 1, parts: 10 })[0]!.length).toBe(0);
});
