/** A sparse vector: parallel arrays of feature numbers and values. */
export type SparseVector = { readonly at: readonly number[]; readonly values: readonly number[] };

/** weights[class * width + feature]; the last feature is the constant 1. */
export type LinearModel = {
  readonly width: number;
  readonly classes: number;
  readonly weights: Float64Array;
};

export function logits(
  { width, classes, weights }: LinearModel,
  { at, values }: SparseVector,
): number[] {
  return Array.from({ length: classes }, (_, label) => {
    let total = weights[label * width + width - 1]!;
    for (let k = 0; k < at.length; k += 1) total += weights[label * width + at[k]!]! * values[k]!;
    return total;
  });
}

export function softmax(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
