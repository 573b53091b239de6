export type BackOff = {
  readonly firstMs: number;
  readonly longestMs: number;
};

const GROWTH = 3;

/**
 * How long to wait after so many failed attempts: first·3ⁿ⁻¹ up to the longest, of which a random
 * half, so that those who failed together do not come back together. With 5 s and 6 h: about 4 s,
 * 11 s, 34 s, 100 s, 5 min, 15 min, 45 min, 2¼ h. `random` is in [0, 1).
 */
export function waitMs({ firstMs, longestMs }: BackOff, attempts: number, random: number): number {
  const wholeMs = Math.min(longestMs, firstMs * GROWTH ** (attempts - 1));
  return wholeMs * (0.5 + random / 2);
}
