import type { LiveRun } from './source.ts';

type Rank = (run: LiveRun) => number | string;

/** What `limber top` sorts by: the most, the newest or the first of the alphabet on top. */
export const ORDERS = {
  cpu: { key: 'c', name: 'CPU', rank: ({ latest }) => -(latest?.cpuCoresUsed ?? -1) },
  memory: {
    key: 'm',
    name: 'memory',
    rank: ({ latest }) => -(latest?.memoryWorkingSetBytes ?? -1),
  },
  age: { key: 't', name: 'age', rank: ({ startedAtMs }) => -startedAtMs },
  stalls: { key: 's', name: 'stalls', rank: (run) => -heldUp(run) },
  name: { key: 'n', name: 'name', rank: ({ title }) => title },
} as const satisfies Record<string, { key: string; name: string; rank: Rank }>;

export type Order = keyof typeof ORDERS;

export function orderOfKey(key: string): Order | undefined {
  return (Object.keys(ORDERS) as Order[]).find((name) => ORDERS[name].key === key);
}

/** A new list; runs of one rank stay as they come, newest first. */
export function inOrder(
  runs: readonly LiveRun[],
  { order, isReversed }: { readonly order: Order; readonly isReversed: boolean },
): readonly LiveRun[] {
  const rank: Rank = ORDERS[order].rank;
  const sorted = runs.toSorted((one, other) => compare(rank(one), rank(other)));
  return isReversed ? sorted.toReversed() : sorted;
}

/** What holds a program up now: cores that it was refused, and a whole one for want of memory. */
function heldUp({ latest }: LiveRun): number {
  return latest ? latest.cpuCoresThrottled + Number(latest.memoryStalled) : 0;
}

function compare(one: number | string, other: number | string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
