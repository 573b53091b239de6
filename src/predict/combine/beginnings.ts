/** What usage did within a horizon in programs seen before: what a run begins with that has not been seen yet. */
export type Beginning = {
  /** Mean movement of usage within the horizon, in the resource's unit. */
  readonly movement: number;
  /** How far p50, p90 and p95 of the forecaster are moved, in units of what usage may move by. */
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
};

export type Beginnings = (horizonMs: number) => Beginning;

/** Between the rows by the logarithm of the horizon; before the first and after the last as there. */
export function beginningsOf(
  rows: readonly (Beginning & { readonly horizonMs: number })[],
): Beginnings {
  return (horizonMs) => {
    const next = rows.findIndex((row) => row.horizonMs >= horizonMs);
    if (next <= 0) return rows.at(next)!;
    const [low, high] = [rows[next - 1]!, rows[next]!];
    const share = Math.log(horizonMs / low.horizonMs) / Math.log(high.horizonMs / low.horizonMs);
    const at = (key: keyof Beginning) => low[key] + (high[key] - low[key]) * share;
    return { movement: at('movement'), p50: at('p50'), p90: at('p90'), p95: at('p95') };
  };
}

const MIB = 2 ** 20;
const AS_THEY_SAY = beginningsOf([{ horizonMs: 1000, movement: 0, p50: 0, p90: 0, p95: 0 }]);

/** Of the code: what it names is right for the moment that it speaks of, and a little short behind it. */
const MEMORY_CLAIMED = beginningsOf([
  { horizonMs: 60, movement: 0, p50: 0, p90: 0, p95: 0 },
  { horizonMs: 100, movement: 1 * MIB, p50: 0, p90: -0.1, p95: -0.1 },
  { horizonMs: 300, movement: 4 * MIB, p50: 0, p90: 0, p95: 0 },
  { horizonMs: 1000, movement: 16 * MIB, p50: 0, p90: 0, p95: 0.1 },
]);

/** In bytes; found, as those of CPU, on the programs of bench/programs/varied (docs/evidence.md). */
export const MEMORY_BEGINNINGS = {
  trend: beginningsOf([
    { horizonMs: 60, movement: 0, p50: 0, p90: 0, p95: 0.6 },
    { horizonMs: 100, movement: 0.1 * MIB, p50: 0, p90: 0, p95: 0.6 },
    { horizonMs: 300, movement: 0.5 * MIB, p50: 0, p90: 0, p95: 1.2 },
    { horizonMs: 1000, movement: 3 * MIB, p50: 0, p90: 0, p95: 2.5 },
    { horizonMs: 5000, movement: 30 * MIB, p50: 0, p90: 2, p95: 3 },
  ]),
  prior: MEMORY_CLAIMED,
  history: MEMORY_CLAIMED,
  progress: MEMORY_CLAIMED,
};

/** In cores: whoever waits now will soon use one, and whoever keeps one busy may want another. */
export const CPU_BEGINNINGS = {
  trend: beginningsOf([
    { horizonMs: 50, movement: 0.14, p50: 0.28, p90: 2.4, p95: 3.2 },
    { horizonMs: 100, movement: 0.2, p50: 0.34, p90: 2.8, p95: 3.4 },
    { horizonMs: 300, movement: 0.36, p50: 0.47, p90: 2.2, p95: 2.4 },
    { horizonMs: 1000, movement: 0.54, p50: 1.3, p90: 1.75, p95: 1.87 },
    { horizonMs: 5000, movement: 0.68, p50: 1.37, p90: 1.45, p95: 1.5 },
  ]),
  prior: AS_THEY_SAY,
  history: AS_THEY_SAY,
  progress: AS_THEY_SAY,
};
