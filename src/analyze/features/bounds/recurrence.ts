import type { Recursion } from '#analyze/features/recursion.ts';
import type { Unit } from '#analyze/features/survey.ts';
import {
  CONSTANT,
  EXPONENTIAL,
  LINEAR,
  LOG,
  N_LOG_N,
  larger,
  times,
  type Growth,
} from './growth.ts';

/** The recurrence T(n) = branches · T(step) + body, solved for the shapes that code shows. */
export function solveRecurrence(body: Growth, recursion: Recursion, unit: Unit): Growth {
  const { kind, step, branches, inLoop, memoised, ofParts, mostLevels } = recursion;
  if (ofParts && (inLoop || branches > 1 || kind === 'mutual'))
    return times(LINEAR, inLoop ? perState(body) : body);
  if (step === 'halving' && !inLoop) return halving(body, branches);
  if (memoised) return times(statesOf(recursion, unit), inLoop ? perState(body) : body);
  if (mostLevels !== undefined) return inLoop ? power(body, mostLevels) : body;
  if (inLoop) return larger(EXPONENTIAL, body);
  return branches > 1 ? EXPONENTIAL : times(LINEAR, body);
}

/** As many calls as the body has rounds, at each of a fixed number of levels. */
function power({ poly, log, exponential }: Growth, levels: number): Growth {
  return { poly: poly * levels, log: log * levels, exponential };
}

/** Master theorem for halves: one call doubles nothing, two calls sum to n leaves. */
function halving(body: Growth, branches: number): Growth {
  if (branches <= 1) return body.poly > 0 ? body : times(LOG, body);
  if (body.poly < 1) return LINEAR;
  return body.poly === 1 ? larger(N_LOG_N, times(body, LOG)) : body;
}

/** The loop over a place's neighbours adds up to the edges, over all places. */
function perState(body: Growth): Growth {
  return body.poly >= 1 ? { ...body, poly: body.poly - 1 } : CONSTANT;
}

/**
 * Memoised on two arguments that both change: n² states; on more, as many as are counted up or down,
 * for the others are often yes or no. A graph has n.
 */
export function statesOf({ step, inLoop, stepped }: Recursion, unit: Unit): Growth {
  if (inLoop || step !== 'decrement') return LINEAR;
  const keys = unit.parameters.filter((name) => !isTable(name, unit));
  const poly = keys.length <= 2 ? keys.length : keys.filter((name) => stepped.has(name)).length;
  return poly < 2 ? LINEAR : { poly, log: 0, exponential: false };
}

/** What results are stored in (`memo[n] = …`, `memo.set(n, …)`) is the same for all states. */
function isTable(name: string, unit: Unit): boolean {
  const stored = [...unit.assignments.keys()].some((target) => target.startsWith(`${name}[`));
  return (
    stored ||
    unit.calls.some(
      (call) =>
        /^(set|put|insert)$/.test(call.name.slice(name.length + 1)) &&
        call.name.startsWith(`${name}.`),
    )
  );
}
