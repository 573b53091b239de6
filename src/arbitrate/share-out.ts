import {
  ALLOCATION_KEYS,
  mapAllocation,
  type Allocation,
  type AllocationKey,
} from '#model/allocation.ts';
import { quotaOf, type Beneficiary, type NamedClaim, type Node, type Share } from '#model/claim.ts';
import { beneficiariesOf } from './beneficiary.ts';
import { divide, type Portion } from './divide.ts';

const ALL_THAT_IS_WANTED: Allocation = mapAllocation(() => Number.POSITIVE_INFINITY);

/**
 * What every instance of a node is entitled to. A tenant's quota is divided first: what it cannot
 * have is no claim on the node. Then the node is divided, resource by resource, where not all of it
 * fits. The outcome depends on the claims alone, neither on their order nor on who holds what, so it
 * is the same in every controller that sees them, and stays while they stay.
 */
export function shareOut(claims: readonly NamedClaim[], node: Node): readonly Share[] {
  const short = ALLOCATION_KEYS.filter((key) => !isEnough(key, claims, node));
  const byKey = short.map((key) => [key, sharesOf(key, claims, node)] as const);
  return claims.map((_, index) => {
    const yieldsTo: Partial<Record<AllocationKey, Beneficiary>> = {};
    const entitled = { ...ALL_THAT_IS_WANTED };
    for (const [key, shares] of byKey) {
      const share = shares[index]!;
      if (share.yieldsTo) yieldsTo[key] = share.yieldsTo;
      entitled[key] = share.entitled;
    }
    return { entitled, yieldsTo };
  });
}

/** What one of them is entitled to of one resource, where it does not matter who has the rest. */
export function entitlementTo(
  key: AllocationKey,
  index: number,
  claims: readonly NamedClaim[],
  node: Node,
): number {
  if (isEnough(key, claims, node)) return Number.POSITIVE_INFINITY;
  return entitledBy(divideKey(key, claims, node), index);
}

/** Most often nothing has to be divided: no tenant has a quota, and all of it fits. */
function isEnough(key: AllocationKey, claims: readonly NamedClaim[], node: Node): boolean {
  if (hasQuotas(node)) return false;
  let total = 0;
  for (const { floor, need, demand } of claims)
    total += Math.max(floor[key], need[key], demand[key]);
  return total <= node.capacity[key];
}

function hasQuotas({ tenants }: Node): boolean {
  for (const _ in tenants) return true;
  return false;
}

type KeyShare = { readonly entitled: number; readonly yieldsTo?: Beneficiary };
const WHATEVER_IT_WANTS: KeyShare = { entitled: Number.POSITIVE_INFINITY };

type Divided = {
  /** Of their tenants' quotas; absent where no tenant has one. */
  readonly shares?: readonly KeyShare[];
  readonly portions: readonly Portion[];
  /** Of the node; absent where it has enough for all. */
  readonly parts?: readonly number[];
};

function sharesOf(
  key: AllocationKey,
  claims: readonly NamedClaim[],
  node: Node,
): readonly KeyShare[] {
  const divided = divideKey(key, claims, node);
  const { shares, parts } = divided;
  if (parts === undefined) return shares ?? claims.map(() => WHATEVER_IT_WANTS);
  const yieldsTo = beneficiariesOf({ key, claims, parts });
  return parts.map((entitled, index) =>
    isByQuota(divided, index) ? shares![index]! : { entitled, yieldsTo: yieldsTo(index) },
  );
}

function entitledBy(divided: Divided, index: number): number {
  const { shares, parts } = divided;
  if (parts !== undefined && !isByQuota(divided, index)) return parts[index]!;
  return shares?.[index]!.entitled ?? WHATEVER_IT_WANTS.entitled;
}

/** The node gives it all that its tenant's quota leaves it. */
function isByQuota({ shares, portions, parts }: Divided, index: number): boolean {
  return shares?.[index]!.yieldsTo !== undefined && parts![index]! >= portions[index]!.demand;
}

function divideKey(key: AllocationKey, claims: readonly NamedClaim[], node: Node): Divided {
  const portions = claims.map((claim) => portionOf(claim, key));
  const divided = hasQuotas(node) ? withinQuotas(key, { claims, portions, node }) : { portions };
  let total = 0;
  for (const { demand } of divided.portions) total += demand;
  if (total <= node.capacity[key]) return divided;
  return { ...divided, parts: divide(divided.portions, node.capacity[key]) };
}

/** What a tenant cannot have is no claim on the node. */
function withinQuotas(
  key: AllocationKey,
  given: {
    readonly claims: readonly NamedClaim[];
    readonly portions: readonly Portion[];
    readonly node: Node;
  },
): Required<Pick<Divided, 'shares' | 'portions'>> {
  const { claims, node } = given;
  const portions = [...given.portions];
  const shares: KeyShare[] = claims.map(() => WHATEVER_IT_WANTS);
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
  return { shares, portions };
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
