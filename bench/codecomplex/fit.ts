import { logits, softmax, type LinearModel, type SparseVector } from '#analyze/classify/softmax.ts';

export type Example = { readonly vector: SparseVector; readonly label: number };

/**
 * Multinomial logistic regression with an L2 penalty, by Nesterov's accelerated gradient with the
 * step that the largest row allows. Deterministic: there is no random start.
 */
export function fit(
  examples: readonly Example[],
  given: { width: number; classes: number; penalty: number; rounds?: number },
): LinearModel {
  const { width, classes, penalty } = given;
  const weights = new Float64Array(width * classes);
  const ahead = new Float64Array(width * classes);
  const step = 1 / (0.5 * largestRow(examples) * Math.min(examples.length, 60) + penalty);
  for (let round = 1; round <= (given.rounds ?? 400); round += 1) {
    const gradient = gradientAt({ width, classes, weights: ahead }, examples, penalty);
    const momentum = (round - 1) / (round + 2);
    for (let k = 0; k < weights.length; k += 1) {
      const next = ahead[k]! - step * gradient[k]!;
      ahead[k] = next + momentum * (next - weights[k]!);
      weights[k] = next;
    }
  }
  return { width, classes, weights };
}

function largestRow(examples: readonly Example[]): number {
  return Math.max(
    ...examples.map(
      ({ vector }) => 1 + vector.values.reduce((sum, value) => sum + value * value, 0),
    ),
  );
}

function gradientAt(
  model: LinearModel,
  examples: readonly Example[],
  penalty: number,
): Float64Array {
  const { width, classes } = model;
  const gradient = model.weights.map((weight) => weight * penalty);
  // The constant is not penalised.
  for (let label = 0; label < classes; label += 1) gradient[label * width + width - 1] = 0;
  for (const { vector, label: truth } of examples) {
    const chances = softmax(logits(model, vector));
    for (let label = 0; label < classes; label += 1) {
      const error = chances[label]! - Number(label === truth);
      const base = label * width;
      for (let k = 0; k < vector.at.length; k += 1)
        gradient[base + vector.at[k]!]! += error * vector.values[k]!;
      gradient[base + width - 1]! += error;
    }
  }
  return gradient;
}
