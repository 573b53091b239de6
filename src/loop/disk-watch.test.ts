import { expect, test } from 'vitest';
import { isShort, nextLookMs, reserve } from './disk-watch.ts';

const GiB = 2 ** 30;

test('a gibibyte stays free, or half of what little there was', () => {
  expect(reserve({ bytes: 100 * GiB, files: 1e6 })).toEqual({ bytes: GiB, files: 10_000 });
  expect(reserve({ bytes: GiB, files: 100 })).toEqual({ bytes: GiB / 2, files: 50 });
});

test('either of space and inodes may be short', () => {
  const kept = { bytes: GiB, files: 10_000 };
  expect(isShort({ bytes: 2 * GiB, files: 20_000 }, kept)).toBe(false);
  expect(isShort({ bytes: GiB - 1, files: 20_000 }, kept)).toBe(true);
  expect(isShort({ bytes: 2 * GiB, files: 9999 }, kept)).toBe(true);
  expect(isShort({ bytes: 2 * GiB, files: Number.POSITIVE_INFINITY }, kept)).toBe(false);
});

test('the next look is when the disk could be full at the earliest', () => {
  const kept = { bytes: GiB, files: 10_000 };
  expect(nextLookMs({ bytes: 6 * GiB, files: 1e9 }, kept)).toBeCloseTo(1342, 0);
  expect(nextLookMs({ bytes: 900 * GiB, files: 110_000 }, kept)).toBe(100);
  expect(nextLookMs({ bytes: 900 * GiB, files: Number.POSITIVE_INFINITY }, kept)).toBe(5000);
  expect(nextLookMs(kept, kept)).toBe(50);
});
