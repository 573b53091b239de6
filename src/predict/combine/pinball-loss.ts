/**
 * How wrong the quantile `level` was, in the unit of what it is of: what exceeds it costs `level` per
 * unit, what stays below it 1 − `level`.
 * Example: 100 at p95 where 300 came costs 0.95 · 200; where 60 came, 0.05 · 40.
 */
export function pinballLoss(level: number, quantile: number, came: number): number {
  return came > quantile ? level * (came - quantile) : (1 - level) * (quantile - came);
}
