import type { Random } from '../random.ts';

/**
 * How runs come in, all with the same mean rate:
 * `poisson`: each on its own, at random.
 * `bursty`: in bursts of ten on average, the members of one within a second; the bursts at random.
 * `diurnal`: at random, with a rate that swings by 80 % of its mean over a day; a day is as long as
 * `daySeconds`, so that it can be shorter than one.
 */
export const ARRIVALS = ['poisson', 'bursty', 'diurnal'] as const;
export type ArrivalKind = (typeof ARRIVALS)[number];

export type ArrivalSettings = {
  readonly kind: ArrivalKind;
  readonly perSecond: number;
  readonly count: number;
  readonly daySeconds: number;
};

const BURST_SIZE = 10;
const BURST_MS = 1000;
const SWING = 0.8;

/** When each run arrives, in order. */
export function arrivalTimes(settings: ArrivalSettings, random: Random): Float64Array {
  const timesMs = KINDS[settings.kind](settings, random);
  return Float64Array.from(timesMs).sort();
}

const KINDS = { poisson, bursty, diurnal } as const satisfies Record<
  ArrivalKind,
  (settings: ArrivalSettings, random: Random) => number[]
>;

function poisson({ perSecond, count }: ArrivalSettings, random: Random): number[] {
  let atMs = 0;
  return Array.from({ length: count }, () => (atMs += gapMs(perSecond, random)));
}

/** The size of a burst is geometric: one with few and one with many are both common. */
function bursty({ perSecond, count }: ArrivalSettings, random: Random): number[] {
  const timesMs: number[] = [];
  let atMs = 0;
  while (timesMs.length < count) {
    atMs += gapMs(perSecond / BURST_SIZE, random);
    const size = 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / BURST_SIZE));
    for (let index = 0; index < size && timesMs.length < count; index++)
      timesMs.push(atMs + random() * BURST_MS);
  }
  return timesMs;
}

/** Thinning (Lewis and Shedler, 1979): drawn at the highest rate, kept with the share of the present one. */
function diurnal({ perSecond, count, daySeconds }: ArrivalSettings, random: Random): number[] {
  const timesMs: number[] = [];
  let atMs = 0;
  while (timesMs.length < count) {
    atMs += gapMs(perSecond * (1 + SWING), random);
    const rate = 1 + SWING * Math.sin((2 * Math.PI * atMs) / (daySeconds * 1000));
    if (random() * (1 + SWING) < rate) timesMs.push(atMs);
  }
  return timesMs;
}

/** Exponential, the gap between events that know nothing of each other. */
function gapMs(perSecond: number, random: Random): number {
  return (-Math.log(1 - random()) / perSecond) * 1000;
}
