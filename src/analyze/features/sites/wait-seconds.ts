import type { Values } from '#analyze/features/bounds/values.ts';
import { argumentsOf } from '#analyze/features/callee.ts';
import type { Call } from '#analyze/features/survey.ts';

/** How long a call sleeps, where the code says so. Timers of JavaScript count in milliseconds. */
export function secondsOf({ name, node, unit }: Call, values: Values): number | undefined {
  const [first, second] = argumentsOf(node);
  if (name.endsWith('sleep') && first !== undefined) return values.of(first, unit).constant;
  if (!name.endsWith('setTimeout')) return undefined;
  const milliseconds = name === 'setTimeout' ? second : first;
  const known = milliseconds === undefined ? undefined : values.of(milliseconds, unit).constant;
  return known === undefined ? undefined : known / 1000;
}
