import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** The next of a row of numbers in [0, 1). */
export type Random = () => number;

/** The same seed gives the same row on every machine. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** A row of its own for each name, so that runs can be simulated in any order, or alone. */
export function randomFor(seed: number, name: string): Random {
  let hash = seed | 0;
  for (let index = 0; index < name.length; index++)
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return seededRandom(hash);
}
