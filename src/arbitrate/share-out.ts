import {
  ALLOCATION_KEYS,
  mapAllocation,
  type Allocation,
  type AllocationKey,
} from '#model/allocation.ts';
import { quotaOf, type Beneficiary, type NamedClaim, type Node, type Share } from '#model/claim.ts';
import { beneficiariesOf } from './beneficiary.ts';
import { divide, type Portion } from './divide.ts';

/**
 * What every instance of a node is entitled to. A tenant's quota is divided first: what it cannot
 * have is no claim on the node. Then the node is divided, resource by resource, where not all of it
 * fits. The outcome depends on the claims alone, neither on their order nor on who holds what, so it
 * is the same in every controller that sees them, and stays while they stay.
 */
export function shareOut(claims: readonly NamedClaim[], node: Node): readonly Share[] {
  const byKey = new Map(ALLOCATION_KEYS.map((key) => [key, sharesOf(key, claims, node)] as const));
  return claims.map((_, index) => {
    const yieldsTo: Partial<Record<AllocationKey, Beneficiary>> = {};
    const entitled: Allocation = mapAllocation((key) => {
      const share = byKey.get(key)![index]!;
      if (share.yieldsTo) yieldsTo[key] = share.yieldsTo;
      return share.entitled;
    });
    return { entitled, yieldsTo };
  });
}

type KeyShare = { entitled: number; yieldsTo?: Beneficiary };

function sharesOf(key: AllocationKey, claims: readonly NamedClaim[], node: Node): KeyShare[] {
  const shares: KeyShare[] = claims.map(() => ({ entitled: Number.POSITIVE_INFINITY }));
  const portions = claims.map((claim) => portionOf(claim, key));
  for (const [tenant, members] of groupByTenant(claims)) {
    const quota = quotaOf(node.tenants, tenant)?.[key];
    if (quota === undefined || sum(members, portions) <= quota) continue;
    const parts = divide(
      members.map((index) => portions[index]!),
      quota,
    );
    members.forEach((index, place) => {
      portions[index] = lowered(portions[index]!, parts[place]!);
      shares[index] = { entitled: parts[place]!, yieldsTo: { kind: 'tenant', tenant } };
    });
  }
  const everybody = claims.map((_, index) => index);
  if (sum(everybody, portions) <= node.capacity[key]) return shares;
  const parts = divide(portions, node.capacity[key]);
  const yieldsTo = beneficiariesOf({ key, claims, parts });
  return shares.map((share, index) => {
    const isWhole = parts[index]! >= portions[index]!.demand;
    return isWhole && share.yieldsTo
      ? share
      : { entitled: parts[index]!, yieldsTo: yieldsTo(index) };
  });
}

function portionOf(claim: NamedClaim, key: AllocationKey): Portion {
  const { instanceId, priority, weight } = claim;
  const floor = claim.floor[key];
  const need = Math.max(floor, claim.need[key]);
  return { instanceId, priority, weight, floor, need, demand: Math.max(need, claim.demand[key]) };
}

function lowered(portion: Portion, to: number): Portion {
  const { floor, need, demand } = portion;
  return {
    ...portion,
    need: Math.max(floor, Math.min(need, to)),
    demand: Math.max(floor, Math.min(demand, to)),
  };
}

function groupByTenant(claims: readonly NamedClaim[]): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  claims.forEach(({ tenant }, index) => {
    const group = groups.get(tenant);
    if (group) group.push(index);
    else groups.set(tenant, [index]);
  });
  return groups;
}

function sum(members: readonly number[], portions: readonly Portion[]): number {
  return members.reduce((total, index) => total + portions[index]!.demand, 0);
}
