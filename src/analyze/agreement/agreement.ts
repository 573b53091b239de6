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
