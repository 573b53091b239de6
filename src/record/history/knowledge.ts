import type { HistoryPart } from '#model/history.ts';
import type { PlaceVisits } from '#model/phase.ts';
import type { Observation } from './observation.ts';
import { learnPlaces, type PlaceKnowledge } from './place-knowledge.ts';
import { addToSketch, EMPTY_SKETCH, type StoredSketch } from './sketch.ts';

const DAY_MS = 86_400_000;
const HALF_LIFE_DAYS = 14;
/** Each newer run of the same code makes the older ones count this much less. */
const RUN_DECAY = 0.9;

export const QUANTITIES = [
  'peakMemoryBytes',
  'cpuCores',
  'ingressBitsPerSecond',
  'egressBitsPerSecond',
  'durationSeconds',
  'startMemoryBytes',
  'startCpuCores',
] as const satisfies readonly (keyof Observation)[];
type Quantity = (typeof QUANTITIES)[number];

/** All that was learned of one code: of a fixed size, however often it runs. */
export type Knowledge = {
  readonly atMs: number;
  readonly runs: number;
  /** Runs after decay. */
  readonly weight: number;
  readonly sketches: Readonly<Record<Quantity, StoredSketch>>;
  /** Of the newest run that succeeded. */
  readonly course: readonly HistoryPart[];
  readonly places: readonly PlaceKnowledge[];
};

/** What time alone takes from a weight. Example: after 14 days a half, after 28 a quarter. */
export function ageDecay(ageMs: number): number {
  return 0.5 ** (Math.max(0, ageMs) / DAY_MS / HALF_LIFE_DAYS);
}

/**
 * Adds one run. A run's weight is in effect 0.5^(age / 14 days) · 0.9^rank.
 * Example: runs of today, of yesterday and of 14 days ago weigh 1, 0.95 · 0.9 = 0.86 and
 * 0.5 · 0.81 = 0.41.
 */
export function fold(
  known: Knowledge | undefined,
  run: {
    readonly observation: Observation;
    readonly visits: readonly PlaceVisits[];
    readonly atMs: number;
  },
): Knowledge {
  const atMs = Math.max(run.atMs, known?.atMs ?? run.atMs);
  const change = {
    decay: known ? RUN_DECAY * ageDecay(atMs - known.atMs) : 1,
    // Two processes may end in another order than they tell of it.
    weight: ageDecay(atMs - run.atMs),
  };
  const { observation } = run;
  const isComplete = !observation.durationSeconds.atLeast;
  return {
    atMs,
    runs: (known?.runs ?? 0) + 1,
    weight: (known?.weight ?? 0) * change.decay + change.weight,
    sketches: Object.fromEntries(
      QUANTITIES.map((quantity) => [
        quantity,
        addToSketch(known?.sketches[quantity] ?? EMPTY_SKETCH, [observation[quantity]], change),
      ]),
    ) as Knowledge['sketches'],
    course: isComplete ? observation.course : (known?.course ?? []),
    places: learnPlaces(known?.places ?? [], run.visits, change),
  };
}
