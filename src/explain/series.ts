import type { Change } from './changes.ts';

/** Like changes of one value, one after the other. A series of one is a single change. */
export type Series = readonly [Change, ...Change[]];

/** Fewer than this many like changes are told one by one. */
const WORTH_GROUPING = 3;

/**
 * Joins changes of the same value, direction, first signal and state, as long as no other change of
 * that value lies between them. Series are ordered by their beginning.
 */
export function seriesOf(changes: readonly Change[]): Series[] {
  const open = new Map<string, [Change, ...Change[]]>();
  const all: [Change, ...Change[]][] = [];
  for (const change of changes) {
    const current = open.get(change.key);
    if (current && alike(current[0], change)) {
      current.push(change);
      continue;
    }
    const next: [Change, ...Change[]] = [change];
    open.set(change.key, next);
    all.push(next);
  }
  return byBeginning(all.flatMap(splitShort));
}

function alike(a: Change, b: Change): boolean {
  return (
    Math.sign(a.to - a.from) === Math.sign(b.to - b.from) &&
    a.reasons[0]?.signal === b.reasons[0]?.signal &&
    a.state === b.state &&
    a.rolledBack === b.rolledBack
  );
}

function splitShort(series: [Change, ...Change[]]): Series[] {
  return series.length < WORTH_GROUPING ? series.map((change): Series => [change]) : [series];
}

function byBeginning(all: readonly Series[]): Series[] {
  return all.toSorted(([a], [b]) => a.atSeconds - b.atSeconds);
}
