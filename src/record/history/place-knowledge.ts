import type { PlaceHistory, PlaceVisit, PlaceVisits } from '#model/phase.ts';
import { addToSketch, EMPTY_SKETCH, valuesOf, type StoredSketch } from './sketch.ts';
import { weightedQuantile } from './weighted-quantile.ts';

/** A run that was in a place often does not outweigh all runs before it: its visits share a weight of this. */
const RUN_WEIGHT = 1;
const MOST_PLACES = 256;
/** As many as the forecast of a place goes by at most, evenly spread over what was seen. */
const DURATIONS = 16;
const HIGH = 0.95;
const FORGOTTEN = 0.01;

const MEASURES = [
  'durationMs',
  'cpuCores',
  'grownBytes',
  'ingressBitsPerSecond',
  'egressBitsPerSecond',
] as const satisfies readonly (keyof PlaceVisit)[];

/** What visits of one place have cost, over all runs. */
export type PlaceKnowledge = {
  readonly key: string;
  /** Runs that came there, decayed like everything else. */
  readonly weight: number;
  readonly sketches: Readonly<Record<(typeof MEASURES)[number], StoredSketch>>;
  readonly next: Readonly<Record<string, number>>;
};

/** Adds a run's visits; places where no run comes any more fade away. */
export function learnPlaces(
  known: readonly PlaceKnowledge[],
  seen: readonly PlaceVisits[],
  decay: { readonly decay: number; readonly weight: number },
): readonly PlaceKnowledge[] {
  const visits = new Map(seen.map((place) => [place.key, place]));
  const keys = new Set([...visits.keys(), ...known.map(({ key }) => key)]);
  return [...keys]
    .map((key) =>
      learnPlace(known.find((place) => place.key === key) ?? newPlace(key), visits.get(key), decay),
    )
    .filter(({ weight }) => weight >= FORGOTTEN)
    .toSorted((one, other) => other.weight - one.weight)
    .slice(0, MOST_PLACES);
}

function newPlace(key: string): PlaceKnowledge {
  const sketches = Object.fromEntries(MEASURES.map((measure) => [measure, EMPTY_SKETCH]));
  return { key, weight: 0, sketches: sketches as PlaceKnowledge['sketches'], next: {} };
}

function learnPlace(
  known: PlaceKnowledge,
  seen: PlaceVisits | undefined,
  { decay, weight }: { readonly decay: number; readonly weight: number },
): PlaceKnowledge {
  const visits = seen?.visits ?? [];
  const each = { decay, weight: (weight * RUN_WEIGHT) / Math.max(1, visits.length) };
  const extend = (measure: (typeof MEASURES)[number]) =>
    addToSketch(
      known.sketches[measure],
      visits.map((visit) => ({ value: visit[measure], atLeast: false })),
      each,
    );
  return {
    key: known.key,
    weight: known.weight * decay + (visits.length > 0 ? weight : 0),
    sketches: Object.fromEntries(
      MEASURES.map((measure) => [measure, extend(measure)]),
    ) as PlaceKnowledge['sketches'],
    next: addCounts(known.next, seen?.next ?? {}, decay),
  };
}

function addCounts(
  known: Readonly<Record<string, number>>,
  seen: Readonly<Record<string, number>>,
  decay: number,
): Record<string, number> {
  const kept = Object.entries(known)
    .map(([key, times]) => [key, times * decay] as const)
    .filter(([key, times]) => times >= FORGOTTEN || seen[key] !== undefined);
  const counts: Record<string, number> = Object.fromEntries(kept);
  for (const [key, times] of Object.entries(seen)) counts[key] = (counts[key] ?? 0) + times;
  return counts;
}

/** As the forecasts want it: durations spread like those that were seen, and high quantiles of use. */
export function placeHistoryOf(known: PlaceKnowledge): PlaceHistory {
  const { key, sketches, next } = known;
  const at = (measure: (typeof MEASURES)[number], fraction: number) =>
    weightedQuantile(valuesOf(sketches[measure]), fraction);
  return {
    key,
    durationsMs: durationsOf(known),
    cpuCores: at('cpuCores', HIGH),
    grownBytes: at('grownBytes', HIGH),
    ingressBitsPerSecond: at('ingressBitsPerSecond', HIGH),
    egressBitsPerSecond: at('egressBitsPerSecond', HIGH),
    next,
  };
}

/** One for each visit as far as they are known: what was seen once must not look like a habit. */
function durationsOf({ weight, sketches, next }: PlaceKnowledge): number[] {
  const left = Object.values(next).reduce((sum, times) => sum + times, 0);
  const length = Math.min(DURATIONS, Math.max(1, Math.round(weight), Math.round(left)));
  const values = valuesOf(sketches.durationMs);
  return Array.from({ length }, (_, index) =>
    Math.round(weightedQuantile(values, (index + 0.5) / length)),
  );
}
