import type { ComplexityProfile, LoopProfile } from '#model/complexity.ts';

const FEW_ROUNDS = 1000;
const SMALL_BYTES = 4 * 2 ** 20;

/**
 * As far as its own code says, the program is over in milliseconds of CPU, whatever it waits for: no
 * recursion, no loop but those of few rounds, nothing large. What it calls may take its time all the same.
 */
export function isBrief(profile: ComplexityProfile): boolean {
  const { syntaxError, cut, functions, sites = [] } = profile;
  if (syntaxError !== undefined || cut !== undefined) return false;
  if (functions.some(({ recursion }) => recursion !== 'none')) return false;
  const isSmall = sites.every(
    (site) =>
      (site.kind !== 'allocation' && site.kind !== 'growth') ||
      ('bytes' in site && site.bytes !== undefined && site.bytes <= SMALL_BYTES),
  );
  const loops = [...profile.loops, ...functions.flatMap((each) => each.loops)];
  return isSmall && roundsOf(loops) <= FEW_ROUNDS;
}

/** As if all were nested in each other; infinite where one has no known bound. */
function roundsOf(loops: readonly LoopProfile[]): number {
  return loops.reduce(
    (product, { bound }) => product * Math.max(1, bound.count ?? Number.POSITIVE_INFINITY),
    1,
  );
}
