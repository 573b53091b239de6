import { LogCollapsingLowestDenseDDSketch } from '@datadog/sketches-js';
import type { Weighted } from './weighted-quantile.ts';

const RELATIVE_ACCURACY = 0.01;
/** Far apart values share the lowest bins rather than grow a row: 400 bins of 2 % span a factor of 3,000. */
const MOST_BINS = 400;
/** Weights this small move nothing and are dropped. */
const FORGOTTEN = 1e-3;

/** Bins of a sketch as they are stored: value and weight; the second list is of values known as "at least". */
export type StoredSketch = {
  readonly certain: readonly (readonly [value: number, weight: number])[];
  readonly atLeast: readonly (readonly [value: number, weight: number])[];
};

export const EMPTY_SKETCH: StoredSketch = { certain: [], atLeast: [] };

export type Observed = { readonly value: number; readonly atLeast: boolean };

/**
 * Makes everything in a sketch count `decay` times as much and adds values of weight `weight`.
 * DDSketch (Masson, Rim, Lee: VLDB 2019): whatever was put in, a quantile is within 1 % of the real
 * one. What was cut short has a sketch of its own, so that it can be redistributed later.
 */
export function addToSketch(
  stored: StoredSketch,
  observed: readonly Observed[],
  { decay, weight }: { readonly decay: number; readonly weight: number },
): StoredSketch {
  const certain = observed.filter(({ atLeast }) => !atLeast).map(({ value }) => value);
  const atLeast = observed.filter((entry) => entry.atLeast).map(({ value }) => value);
  return {
    certain: extended(stored.certain, certain, { decay, weight }),
    atLeast: extended(stored.atLeast, atLeast, { decay, weight }),
  };
}

/** Both sketches as weighted values, each weight times `share`. */
export function valuesOf({ certain, atLeast }: StoredSketch, share = 1): readonly Weighted[] {
  return [
    ...certain.map(([value, weight]) => ({ value, weight: weight * share })),
    ...atLeast.map(([value, weight]) => ({ value, weight: weight * share, atLeast: true })),
  ];
}

function extended(
  bins: StoredSketch['certain'],
  values: readonly number[],
  { decay, weight }: { readonly decay: number; readonly weight: number },
): StoredSketch['certain'] {
  const sketch = new LogCollapsingLowestDenseDDSketch({
    relativeAccuracy: RELATIVE_ACCURACY,
    binLimit: MOST_BINS,
  });
  for (const [value, kept] of bins)
    if (kept * decay >= FORGOTTEN) sketch.accept(value, kept * decay);
  for (const value of values) sketch.accept(Math.max(0, value), weight);
  return binsOf(sketch);
}

/** The library's own format wants another library; its bins are public, and a bin's value falls into it. */
function binsOf(sketch: LogCollapsingLowestDenseDDSketch): StoredSketch['certain'] {
  const { store, mapping, zeroCount } = sketch;
  const found: [number, number][] = zeroCount > 0 ? [[0, zeroCount]] : [];
  store.bins.forEach((weight, index) => {
    if (weight > 0) found.push([mapping.value(index + store.offset), weight]);
  });
  return found;
}
