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
 * apart (after Theil and Sen: up to 29 % of the points may lie). Undefined when the points do not lie
 * on a line.
 */
export function fitLine(x: readonly number[], y: readonly number[]): Line | undefined {
  const half = Math.floor(x.length / 2);
  const slopes = x.slice(0, x.length - half).map((each, index) => {
    return (y[index + half]! - y[index]!) / (x[index + half]! - each);
  });
  const slope = median(slopes);
  const gained = Math.abs(slope) * (x.at(-1)! - x[0]!);
  const offset = median(x.map((each, index) => y[index]! - slope * each));
  const misses = x.map((each, index) => Math.abs(y[index]! - slope * each - offset));
  const spread = median(misses) * MAD_TO_SIGMA;
  if (gained > 0 && spread / gained > WORST_RESIDUAL) return undefined;
  const error = gained === 0 ? 0 : Math.min(1, (2 * spread) / gained);
  return { slope, offset, spread, gained, error };
}
