import type { Values } from '#analyze/features/bounds/values.ts';
import { argumentsOf } from '#analyze/features/callee.ts';
import type { Call } from '#analyze/features/survey.ts';

/** Java's, C#'s, and those of JavaScript. */
const IN_MILLISECONDS = /^(Thread\.[sS]leep|Task\.Delay)$|setTimeout$/;

/** How long a call sleeps, where the code says so. */
export function secondsOf({ name, node, unit }: Call, values: Values): number | undefined {
  const [first, second] = argumentsOf(node);
  if (!IN_MILLISECONDS.test(name))
    return /(^|\.)sleep$/.test(name) && first !== undefined
      ? values.of(first, unit).constant
      : undefined;
  const milliseconds = name === 'setTimeout' ? second : first;
  const known = milliseconds === undefined ? undefined : values.of(milliseconds, unit).constant;
  return known === undefined ? undefined : known / 1000;
}
