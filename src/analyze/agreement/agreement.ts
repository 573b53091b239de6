import { readFileSync } from 'node:fs';

/** One function as two tools count it; `ours` is undefined where we see no function there. */
export type Pair = {
  readonly where: string;
  readonly theirs: number;
  readonly ours: number | undefined;
};

export function shareEqual(pairs: readonly Pair[]): number {
  return pairs.filter(({ ours, theirs }) => ours === theirs).length / pairs.length;
}

/** Shown when a test fails: the differences that would have to be understood. */
export function differences(pairs: readonly Pair[]): string[] {
  return pairs
    .filter(({ ours, theirs }) => ours !== theirs)
    .map(({ where, ours, theirs }) => `${where}: theirs ${theirs}, ours ${ours}`);
}

/** Why two tools may differ on a function: docs/guides/complexity.md lists these. */
export type Explanation = { readonly why: string; readonly construct: RegExp };

const LONGEST_FUNCTION_LINES = 250;

/**
 * The differences that no known construct of the function explains. `folder` is where the files of
 * the pairs are; a function's text is taken up to 250 lines from where it begins.
 */
export function unexplained(
  pairs: readonly Pair[],
  explanations: readonly Explanation[],
  folder = '',
): string[] {
  const different = pairs.filter(({ ours, theirs }) => ours !== theirs);
  return differences(different.filter((pair) => !explanations.some(fits(pair, folder))));
}

function fits({ where, ours }: Pair, folder: string) {
  const [, file = '', line = ''] = /^(.*):(\d+)/.exec(where) ?? [];
  const lines = readFileSync(folder + file, 'latin1').split('\n');
  const from = Number(line) - 1;
  const text = lines.slice(from, from + LONGEST_FUNCTION_LINES).join('\n');
  return ({ construct, why }: Explanation) =>
    construct.test(why === ELSEWHERE ? (lines[from] ?? '') : text) &&
    (ours === undefined) === (why === ELSEWHERE);
}

/** The function begins in the middle of a line or its parameters on another one. */
export const ELSEWHERE = 'reported at a line on which its parameters are';
