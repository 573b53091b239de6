import type { HistoryEstimate, HistoryQuantiles } from '#model/history.ts';
import type { Measured, Observation } from './observation.ts';
import { redistributeToTheRight, weightedQuantile } from './weighted-quantile.ts';

const DAY_MS = 86_400_000;
const HALF_LIFE_DAYS = 14;
/** Each newer run of the same code makes an older one count this much less. */
const RANK_DECAY = 0.9;

export type Dated = { readonly atMs: number; readonly observation: Observation };

/**
 * Quantiles over past runs, newest first. A run's weight is 0.5^(age / 14 days) · 0.9^rank.
 * Example: runs of today, of yesterday and of 14 days ago weigh 1, 0.95 · 0.9 = 0.86 and
 * 0.5 · 0.81 = 0.41. Values known only as "at least" never lower a quantile.
 */
export function estimate(
  newestFirst: readonly Dated[],
  { exact, nowMs }: { readonly exact: boolean; readonly nowMs: number },
): HistoryEstimate | undefined {
  if (newestFirst.length === 0) return undefined;
  const weights = newestFirst.map(({ atMs }, rank) => weightOf(nowMs - atMs, rank));
  const quantiles = (read: (observation: Observation) => Measured) =>
    quantilesOf(
      newestFirst.map(({ observation }) => read(observation)),
      weights,
    );
  return {
    runs: newestFirst.length,
    weight: weights.reduce((sum, weight) => sum + weight, 0),
    exact,
    peakMemoryBytes: quantiles((run) => run.peakMemoryBytes),
    cpuCores: quantiles((run) => run.cpuCores),
    ingressBitsPerSecond: quantiles((run) => run.ingressBitsPerSecond),
    egressBitsPerSecond: quantiles((run) => run.egressBitsPerSecond),
    durationSeconds: quantiles((run) => run.durationSeconds),
    startMemoryBytes: quantiles((run) => run.startMemoryBytes),
    startCpuCores: quantiles((run) => run.startCpuCores),
    course: newestComplete(newestFirst)?.course ?? [],
    places: exact ? placesOf(newestFirst) : [],
  };
}

/** Lines move when code changes, so that places of similar code say nothing. */
function placesOf(newestFirst: readonly Dated[]): HistoryEstimate['places'] {
  const newest = newestFirst.find(({ observation }) => (observation.places ?? []).length > 0);
  return newest?.observation.places ?? [];
}

function weightOf(ageMs: number, rank: number): number {
  return 0.5 ** (Math.max(0, ageMs) / DAY_MS / HALF_LIFE_DAYS) * RANK_DECAY ** rank;
}

function quantilesOf(measured: readonly Measured[], weights: readonly number[]): HistoryQuantiles {
  const values = redistributeToTheRight(
    measured.map((entry, index) => ({ ...entry, weight: weights[index]! })),
  );
  return {
    p50: weightedQuantile(values, 0.5),
    p95: weightedQuantile(values, 0.95),
    max: values.reduce((highest, { value }) => Math.max(highest, value), 0),
    atLeast: measured.every(({ atLeast }) => atLeast),
  };
}

function newestComplete(newestFirst: readonly Dated[]): Observation | undefined {
  return newestFirst.find(({ observation }) => !observation.durationSeconds.atLeast)?.observation;
}
