import type { ComplexityClass, DataStructure } from '#model/complexity.ts';

/** Space cannot outgrow time: what grows in a loop grows at most as often as the loops run. */
export function spaceClassOf(
  structures: readonly DataStructure[],
  timeClass: ComplexityClass,
): ComplexityClass {
  const open = structures.some(({ bytes }) => bytes === undefined);
  if (!open) return 'constant';
  return timeClass === 'constant' || timeClass === 'logn' ? timeClass : 'linear';
}
