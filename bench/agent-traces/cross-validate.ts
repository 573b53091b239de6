import { totalsOf, type RunResult, type Totals } from '#simulate/result.ts';
import { taskOf } from './read.ts';
import type { Measured } from './types.ts';

const FOLDS = 5;

export type Validated = {
  readonly family: string;
  /** What was chosen without each fifth. */
  readonly chosen: readonly string[];
  /** Of all runs, each under what was chosen without it. */
  readonly totals: Totals;
};

/**
 * For each fifth of the tasks the setting with the least slack is taken of those that keep to `mostOver`
 * on the other four fifths (where none does, the one that is over least), and measured on that fifth.
 */
export function crossValidate(settings: readonly Measured[], mostOver: number): Validated {
  const tasks = [...new Set(settings[0]!.runs.map(taskOf))].sort();
  const foldOf = (run: RunResult) => tasks.indexOf(taskOf(run)) % FOLDS;
  const chosen: string[] = [];
  const held: RunResult[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const best = pick(settings, mostOver, (run) => foldOf(run) !== fold);
    chosen.push(best.setting);
    held.push(...best.runs.filter((run) => foldOf(run) === fold));
  }
  return { family: settings[0]!.family, chosen, totals: totalsOf(held) };
}

function pick(
  settings: readonly Measured[],
  mostOver: number,
  isKnown: (run: RunResult) => boolean,
): Measured {
  const known = settings.map((each) => ({ each, totals: totalsOf(each.runs.filter(isKnown)) }));
  const kept = known.filter(({ totals }) => totals.overShare <= mostOver);
  const [best] = kept.length
    ? kept.toSorted((a, b) => a.totals.memorySlack - b.totals.memorySlack)
    : known.toSorted((a, b) => a.totals.overShare - b.totals.overShare);
  return best!.each;
}
