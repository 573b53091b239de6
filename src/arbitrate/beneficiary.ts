import type { AllocationKey } from '#model/allocation.ts';
import type { Beneficiary, NamedClaim } from '#model/claim.ts';

/**
 * Who gets what a claim does without: whoever is to grow most among those of a higher priority, else
 * among those of the same; where nobody grows, whoever has most above its floor. Returns a function
 * of the claim's index, because each of a thousand asks.
 */
export function beneficiariesOf(facts: {
  readonly key: AllocationKey;
  readonly claims: readonly NamedClaim[];
  readonly parts: readonly number[];
}): (index: number) => Beneficiary {
  const { claims } = facts;
  const leaders = leadersOf(facts);
  const above = bestAbove(leaders, comparing(facts));
  return (index) => {
    const { priority } = claims[index]!;
    const equal = leaders.get(priority)?.find((leader) => leader !== index);
    const winner = claims[above.get(priority) ?? equal ?? -1];
    if (!winner) return { kind: 'node' };
    return { kind: 'instance', instanceId: winner.instanceId, priority: winner.priority };
  };
}

type Facts = Parameters<typeof beneficiariesOf>[0];
type Compare = (a: number, b: number) => number;

/** The first is who grows most, then who has most above its floor; equals go by name. */
function comparing({ key, claims, parts }: Facts): Compare {
  const gain = (index: number) => Math.max(0, parts[index]! - claims[index]!.held[key]);
  const excess = (index: number) => parts[index]! - claims[index]!.floor[key];
  return (a, b) =>
    gain(b) - gain(a) ||
    excess(b) - excess(a) ||
    (claims[a]!.instanceId < claims[b]!.instanceId ? -1 : 1);
}

/**
 * Of every priority the first two of those that are to grow or have more than their floor: nobody
 * benefits from itself. Priorities without such are in it, too.
 */
function leadersOf(facts: Facts): ReadonlyMap<number, readonly number[]> {
  const { key, claims, parts } = facts;
  const compare = comparing(facts);
  const leaders = new Map<number, number[]>();
  for (const [index, { priority, held, floor }] of claims.entries()) {
    const known = leaders.get(priority) ?? [];
    if (known.length === 0) leaders.set(priority, known);
    if (parts[index]! <= floor[key] && parts[index]! <= held[key]) continue;
    const place = known.findIndex((other) => compare(index, other) < 0);
    if (place >= 0) known.splice(place, 0, index);
    else known.push(index);
    known.length = Math.min(known.length, 2);
  }
  return leaders;
}

/** For every priority, the first of those whose own is higher. */
function bestAbove(
  leaders: ReadonlyMap<number, readonly number[]>,
  compare: Compare,
): ReadonlyMap<number, number> {
  const best = new Map<number, number>();
  let highest: number | undefined;
  for (const [priority, [leader]] of [...leaders].sort(([one], [other]) => other - one)) {
    if (highest !== undefined) best.set(priority, highest);
    if (leader === undefined) continue;
    if (highest === undefined || compare(leader, highest) < 0) highest = leader;
  }
  return best;
}
