import fc from 'fast-check';
import { expect, test } from 'vitest';
import { waitMs } from './back-off.ts';

const BACK_OFF = { firstMs: 5_000, longestMs: 21_600_000 };

test('grows threefold, up to the longest', () => {
  const most = [1, 2, 3, 4, 20].map((attempts) => waitMs(BACK_OFF, attempts, 1));
  expect(most).toEqual([5_000, 15_000, 45_000, 135_000, 21_600_000]);
});

test('never comes back at once, nor later than the longest', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempts, random) => {
        const wait = waitMs(BACK_OFF, attempts, random);
        expect(wait).toBeGreaterThanOrEqual(BACK_OFF.firstMs / 2);
        expect(wait).toBeLessThanOrEqual(BACK_OFF.longestMs);
      },
    ),
  );
});
