import { COMPLEXITY_CLASSES, type ComplexityClass } from '#model/complexity.ts';

/** How much each factor adds at most; the sum is 100. Configuration may replace them. */
export const SCORE_WEIGHTS = {
  class: 30,
  loopDepth: 15,
  cyclomatic: 15,
  cognitive: 15,
  recursion: 10,
  structures: 10,
  external: 5,
} as const;
export type ScoreWeights = Readonly<Record<keyof typeof SCORE_WEIGHTS, number>>;

export type ScoreFactors = {
  readonly class: ComplexityClass | 'unknown';
  readonly loopDepth: number;
  readonly cyclomatic: number;
  readonly cognitive: number;
  readonly recursive: boolean;
  readonly branching: boolean;
  readonly structures: number;
  readonly external: number;
};

/**
 * Σ weight · saturation, where saturation(x, half) = x / (x + half) rises from 0 and is ½ at `half`.
 * Worked: quadratic, depth 2, cyclomatic 11, cognitive 15, nothing else →
 * 30·4/6 + 15·2/4 + 15·10/20 + 15·15/30 = 20 + 7.5 + 7.5 + 7.5 = 42.5 → 43.
 */
export function score(factors: ScoreFactors, weights: ScoreWeights = SCORE_WEIGHTS): number {
  const order = factors.class === 'unknown' ? 0 : COMPLEXITY_CLASSES.indexOf(factors.class);
  const recursion = factors.branching ? 1 : factors.recursive ? 0.5 : 0;
  const total =
    (weights.class * order) / (COMPLEXITY_CLASSES.length - 1) +
    weights.loopDepth * saturation(factors.loopDepth, 2) +
    weights.cyclomatic * saturation(factors.cyclomatic - 1, 10) +
    weights.cognitive * saturation(factors.cognitive, 15) +
    weights.recursion * recursion +
    weights.structures * saturation(factors.structures, 5) +
    weights.external * saturation(factors.external, 3);
  return Math.round(Math.min(100, Math.max(0, total)));
}

function saturation(amount: number, half: number): number {
  return amount <= 0 ? 0 : amount / (amount + half);
}
