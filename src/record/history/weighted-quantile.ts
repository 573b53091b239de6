/** A value that counts `weight` times. `atLeast`: the real value is this or higher. */
export type Weighted = {
  readonly value: number;
  readonly weight: number;
  readonly atLeast?: boolean;
};

/**
 * Quantile of weighted values: the smallest value at which the weights up to it reach `fraction`
 * of all weight. Example: values 1, 2, 10 with weights 1, 1, 2 have p50 = 2 and p95 = 10.
 */
export function weightedQuantile(values: readonly Weighted[], fraction: number): number {
  const ascending = values.toSorted((a, b) => a.value - b.value);
  const total = ascending.reduce((sum, { weight }) => sum + weight, 0);
  let reached = 0;
  for (const { value, weight } of ascending) {
    reached += weight;
    // The tolerance keeps the rounding of many small weights from skipping a value.
    if (reached >= fraction * total * (1 - 1e-12)) return value;
  }
  return ascending.at(-1)?.value ?? 0;
}

/**
 * Resolves values that are known only as "at least": the weight of each goes to the values above
 * it, in proportion; with none above, it stays (Efron 1967, redistribution to the right, which is
 * the Kaplan-Meier estimate). So a run that was cut short never lowers an estimate.
 * Example: 100, at least 150, 200 and 400, each of weight 1, become 100 (1), 200 (1.5), 400 (1.5).
 */
export function redistributeToTheRight(values: readonly Weighted[]): readonly Weighted[] {
  // At equal values the certain one comes first: "at least 5" lies above 5.
  const ascending = values.toSorted(
    (a, b) => a.value - b.value || Number(a.atLeast ?? false) - Number(b.atLeast ?? false),
  );
  const resolved: Weighted[] = [];
  let carried = 1;
  ascending.forEach((entry, index) => {
    const weight = entry.weight * carried;
    const above = ascending.slice(index + 1).reduce((sum, next) => sum + next.weight, 0);
    if (entry.atLeast !== true || above === 0) resolved.push({ ...entry, weight });
    else carried *= (above + entry.weight) / above;
  });
  return resolved;
}
