import type { HistoryEstimate, HistoryQuantiles } from '#model/history.ts';
import { ageDecay, QUANTITIES, type Knowledge } from './knowledge.ts';
import { placeHistoryOf } from './place-knowledge.ts';
import { valuesOf } from './sketch.ts';
import { redistributeToTheRight, weightedQuantile } from './weighted-quantile.ts';

/** Bins below this share of all weight are not what may happen again. */
const RARE = 0.002;

/** What is known of one code, and how far from the code in question that is: 0 = the same. */
export type Known = { readonly knowledge: Knowledge; readonly distance: number };

/**
 * Quantiles over past runs. Values known only as "at least" never lower a quantile. What is known of
 * code at distance d (size/features.ts) counts e^(−d²) as much, and its upper quantiles are widened
 * by 1 + d, since code that is unlike may need more: at d = 0.5 a p95 of 100 MB becomes 150 MB.
 */
export function estimate(
  known: readonly Known[],
  { relation, nowMs }: { readonly relation: HistoryEstimate['relation']; readonly nowMs: number },
): HistoryEstimate | undefined {
  const [nearest] = known;
  if (nearest === undefined) return undefined;
  const shares = known.map(
    ({ knowledge, distance }) => ageDecay(nowMs - knowledge.atMs) * Math.exp(-(distance ** 2)),
  );
  const weight = known.reduce(
    (sum, { knowledge }, index) => sum + knowledge.weight * shares[index]!,
    0,
  );
  const distance =
    known.reduce(
      (sum, one, index) => sum + one.distance * one.knowledge.weight * shares[index]!,
      0,
    ) / weight;
  const quantiles = Object.fromEntries(
    QUANTITIES.map((quantity) => [
      quantity,
      widened(
        quantilesOf(
          known.flatMap(({ knowledge }, index) =>
            valuesOf(knowledge.sketches[quantity], shares[index]),
          ),
        ),
        distance,
      ),
    ]),
  ) as Pick<HistoryEstimate, (typeof QUANTITIES)[number]>;
  const isExact = relation === 'same';
  return {
    runs: known.reduce((sum, { knowledge }) => sum + knowledge.runs, 0),
    weight,
    relation,
    distance,
    ...quantiles,
    course: relation === 'similar' ? [] : nearest.knowledge.course,
    // Lines move when code changes, so that places of other code say nothing.
    places: isExact ? nearest.knowledge.places.map(placeHistoryOf) : [],
  };
}

function quantilesOf(values: Parameters<typeof redistributeToTheRight>[0]): HistoryQuantiles {
  const resolved = redistributeToTheRight(values);
  const total = resolved.reduce((sum, { weight }) => sum + weight, 0);
  const likely = resolved.filter(({ weight }) => weight >= RARE * total);
  return {
    p50: weightedQuantile(resolved, 0.5),
    p95: weightedQuantile(resolved, 0.95),
    max: likely.reduce((highest, { value }) => Math.max(highest, value), 0),
    atLeast: values.every(({ atLeast }) => atLeast === true),
  };
}

function widened({ p50, p95, max, atLeast }: HistoryQuantiles, distance: number): HistoryQuantiles {
  const factor = 1 + distance;
  return { p50, p95: p95 * factor, max: max * factor, atLeast };
}
