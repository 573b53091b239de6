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
  const ranked = rank(facts);
  const ofPriority = new Map<number, number[]>();
  for (const index of ranked) {
    const { priority } = claims[index]!;
    // Nobody benefits from itself, so the second is needed, too.
    const leaders = ofPriority.get(priority) ?? [];
    if (leaders.length < 2) ofPriority.set(priority, [...leaders, index]);
  }
  const above = bestAbove(ranked, claims);
  return (index) => {
    const { priority } = claims[index]!;
    const equal = ofPriority.get(priority)?.find((leader) => leader !== index);
    const winner = claims[above.get(priority) ?? equal ?? -1];
    if (!winner) return { kind: 'node' };
    return { kind: 'instance', instanceId: winner.instanceId, priority: winner.priority };
  };
}

/** Those that are to grow or have more than their floor, the first who grows most; equals go by name. */
function rank({ key, claims, parts }: Parameters<typeof beneficiariesOf>[0]): readonly number[] {
  const gain = (index: number) => Math.max(0, parts[index]! - claims[index]!.held[key]);
  const excess = (index: number) => parts[index]! - claims[index]!.floor[key];
  return claims
    .flatMap((_, index) => (excess(index) > 0 || gain(index) > 0 ? index : []))
    .sort(
      (a, b) =>
        gain(b) - gain(a) ||
        excess(b) - excess(a) ||
        (claims[a]!.instanceId < claims[b]!.instanceId ? -1 : 1),
    );
}

/** For every priority, the first of `ranked` whose own is higher. */
function bestAbove(
  ranked: readonly number[],
  claims: readonly NamedClaim[],
): ReadonlyMap<number, number> {
  const best = new Map<number, number>();
  for (const own of new Set(claims.map(({ priority }) => priority))) {
    const index = ranked.find((other) => claims[other]!.priority > own);
    if (index !== undefined) best.set(own, index);
  }
  return best;
}
