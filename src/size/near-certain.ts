import type { Interval } from '#model/complexity.ts';

/** How much of what is likely but not certain a start is worth. */
const LIKELY_SHARE = 0.25;

/**
 * The part of a demand that a start should have. What is certain (`low`) counts fully, a quarter
 * of what is merely likely, and of that no more than `allowance`; more is given on demand, within
 * some 20 ms. Never falls when an end of the interval rises.
 * Example, with an allowance of 64: [800, 800, 800] → 800; [0, 100, 10000] → 25; [0, 4000, 9000]
 * → 64.
 */
export function nearCertain({ low, likely }: Interval, allowance: number): number {
  // `[0] * 10**400` is evaluated as infinite, and infinity minus infinity is no number.
  const certain = Math.min(low, Number.MAX_SAFE_INTEGER);
  return certain + Math.min(LIKELY_SHARE * Math.max(0, likely - certain), allowance);
}
