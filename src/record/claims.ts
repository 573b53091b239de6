import { ALLOCATION_KEYS, higherOf, mapAllocation, type Allocation } from '#model/allocation.ts';
import type { Claim, Share } from '#model/claim.ts';
import { roundUp } from './grant.ts';
import type { Reservation } from './reservation.ts';

/** Differences below this share of the node change nobody's mind. */
const MATERIAL_SHARE = 0.01;
const MATERIAL_CHANGE = 0.05;

const UNLIMITED = mapAllocation(() => Number.POSITIVE_INFINITY);
export const FULL_SHARE: Share = { entitled: UNLIMITED, yieldsTo: {} };

/** The reservation with what its instance says of itself now. */
export function withClaim(reservation: Reservation, claim: Claim): Reservation {
  const { priority, weight, tenant } = claim;
  return {
    ...reservation,
    ...{ priority, weight, tenant },
    floor: roundUp(claim.floor),
    guaranteed: roundUp(claim.guaranteed ?? claim.floor),
    need: roundUp(claim.need),
    demand: roundUp(claim.demand),
  };
}

/** Whoever says nothing of itself needs what it wants. */
export function wanting(reservation: Reservation, wanted: Allocation): Reservation {
  const demand = roundUp(wanted);
  return { ...reservation, need: demand, demand };
}

/** True when the others' shares may differ by more than is worth a look. */
export function differs(a: Reservation, b: Reservation, capacity: Allocation): boolean {
  if (a.priority !== b.priority || a.weight !== b.weight || a.tenant !== b.tenant) return true;
  return (['floor', 'need', 'demand'] as const).some((amount) =>
    ALLOCATION_KEYS.some((key) => {
      const [before, after] = [a[amount][key], b[amount][key]];
      const change = Math.abs(after - before);
      return change > capacity[key] * MATERIAL_SHARE && change > before * MATERIAL_CHANGE;
    }),
  );
}

/** Those of `own` for which others' shares may differ with these claims, as they are then. */
export function changedBy(
  claims: ReadonlyMap<string, Claim>,
  own: ReadonlyMap<string, Reservation>,
  capacity: Allocation,
): readonly Reservation[] {
  const changed: Reservation[] = [];
  for (const [instanceId, claim] of claims) {
    const known = own.get(instanceId);
    if (known === undefined) continue;
    const next = withClaim(known, claim);
    if (differs(known, next, capacity)) changed.push(next);
  }
  return changed;
}

/** What it holds or would: what counts when it is asked whether there is enough for all. */
export function wantedBy({ held, demand }: Pick<Reservation, 'held' | 'demand'>): Allocation {
  return higherOf(held, demand);
}
