import { median } from './median.ts';

/** A fit that misses by more than this share of what was gained explains nothing. */
const WORST_RESIDUAL = 0.25;
const MAD_TO_SIGMA = 1.4826;

export type Line = {
  readonly slope: number;
  readonly offset: number;
  /** Standard deviation around it, of the points but the worst. */
  readonly spread: number;
  /** What it went up or down by from the first point to the last. */
  readonly gained: number;
  /** Of the slope, relative. */
  readonly error: number;
};

/**
 * `y` against `x`, which grows. The slope is the median of the slopes between points half the window
 * apart (after Theil and Sen: up to 29 % of the points may lie). Points on no line that all keep within
 * `leastSpread` of the middle one lie on a flat one; undefined for others.
 */
export function fitLine(
  x: readonly number[],
  y: readonly number[],
  leastSpread: number,
): Line | undefined {
  const half = Math.floor(x.length / 2);
  const slopes = x.slice(0, x.length - half).map((each, index) => {
    return (y[index + half]! - y[index]!) / (x[index + half]! - each);
  });
  const slope = median(slopes);
  const gained = Math.abs(slope) * (x.at(-1)! - x[0]!);
  const offset = median(x.map((each, index) => y[index]! - slope * each));
  const misses = x.map((each, index) => Math.abs(y[index]! - slope * each - offset));
  const spread = median(misses) * MAD_TO_SIGMA;
  if (gained > 0 && spread / gained > WORST_RESIDUAL) return flatLine(y, leastSpread);
  const error = gained === 0 ? 0 : Math.min(1, (2 * spread) / gained);
  return { slope, offset, spread, gained, error };
}

function flatLine(y: readonly number[], leastSpread: number): Line | undefined {
  const offset = median(y);
  const spread = Math.max(...y.map((each) => Math.abs(each - offset)));
  return spread > leastSpread ? undefined : { slope: 0, offset, spread, gained: 0, error: 0 };
}
