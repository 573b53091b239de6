import {
  ALLOCATION_KEYS,
  RESOURCE_OF,
  lowerOf,
  mapAllocation,
  sameAllocation,
  type Allocation,
  type AllocationKey,
} from '#model/allocation.ts';
import type { Beneficiary, Share } from '#model/claim.ts';
import type { Constraints } from '#model/constraints.ts';
import type { Reason, Target } from '#model/decision.ts';
import { formatAllocated } from '#model/quantities.ts';
import { budgetCaps, budgetReason, isSpent, type Spent } from './budget.ts';

/** The books are kept in whole units: a grant that differs by rounding is a full one. */
export const ROUNDED = 0.999;
/** Giving way by less than this is not worth a resize. */
const WORTH_YIELDING = 0.98;

export type ArbitrateInput = {
  readonly allocation: Allocation;
  readonly constraints: Constraints;
  /** Undefined as long as the node has enough for all. */
  readonly share: Share | undefined;
  readonly spent: Spent;
  /** What it is guaranteed: its minimum, and the memory that it uses. */
  readonly floor: Allocation;
};

/**
 * What a policy wants, within what the instance is entitled to and its budget. Where it holds more
 * than its share it gives way at once, whatever the policy thinks; growth beyond the share is left to
 * the ledger, which knows what is free. Undefined when nothing is to change.
 */
export function withinShare(wish: Target | undefined, input: ArbitrateInput): Target | undefined {
  const { allocation, share, constraints, spent, floor } = input;
  const budgets = budgetCaps(constraints, spent, floor);
  if (share === undefined && budgets === undefined) return wish;
  const wanted = wish?.allocation ?? allocation;
  const reasons: Reason[] = [];
  const limited = mapAllocation((key) => {
    const budget = budgets?.[key] ?? Number.POSITIVE_INFINITY;
    const entitled = entitledTo(key, input);
    const to = Math.min(wanted[key], budget, entitled);
    if (to >= wanted[key]) return wanted[key];
    const isBudget = budget <= entitled && constraints.budget !== undefined;
    reasons.push(
      isBudget && isSpent(key, constraints.budget!, spent)
        ? budgetReason(key, { budget: constraints.budget!, spent, factor: to / wanted[key] })
        : givingWay({ key, from: wanted[key], to, yieldsTo: share?.yieldsTo[key] }),
    );
    return to;
  });
  if (sameAllocation(limited, allocation)) return undefined;
  return {
    allocation: limited,
    reasons: [...(wish?.reasons ?? []), ...reasons],
    rolledBack: wish?.rolledBack ?? false,
  };
}

/** What it holds above its share is given up; what it would only grow to is no matter of this. */
function entitledTo(key: AllocationKey, { allocation, share, floor }: ArbitrateInput): number {
  const entitled = Math.max(share?.entitled[key] ?? Number.POSITIVE_INFINITY, floor[key]);
  return entitled < allocation[key] * WORTH_YIELDING ? entitled : Number.POSITIVE_INFINITY;
}

function givingWay(facts: {
  readonly key: AllocationKey;
  readonly from: number;
  readonly to: number;
  readonly yieldsTo: Beneficiary | undefined;
}): Reason {
  const { key, from, to, yieldsTo } = facts;
  return {
    resource: RESOURCE_OF[key],
    signal: 'node.yield',
    value: from,
    threshold: to,
    factor: to / from,
    text: `gave way to ${beneficiaryText(yieldsTo)}`,
  };
}

/**
 * Fits a target into what the node granted. What is cut back is said, with the amount that was there
 * and who has the rest: "wanted 4Gi, the node had 1.5Gi for it; run X (priority 90) comes first".
 */
export function fitIntoGrant(target: Target, granted: Allocation, share?: Share): Target {
  const short = ALLOCATION_KEYS.filter((key) => granted[key] < target.allocation[key] * ROUNDED);
  if (short.length === 0) return target;
  return {
    ...target,
    allocation: lowerOf(target.allocation, granted),
    reasons: [
      ...target.reasons,
      ...short.map((key) => shortage(key, { wanted: target.allocation, granted, share })),
    ],
  };
}

function shortage(
  key: AllocationKey,
  {
    wanted,
    granted,
    share,
  }: {
    readonly wanted: Allocation;
    readonly granted: Allocation;
    readonly share: Share | undefined;
  },
): Reason {
  const yieldsTo = share?.yieldsTo[key];
  const first =
    yieldsTo && yieldsTo.kind !== 'node' ? `; ${beneficiaryText(yieldsTo)} comes first` : '';
  const format = (amount: number) => formatAllocated(key, amount);
  return {
    resource: RESOURCE_OF[key],
    signal: yieldsTo?.kind === 'tenant' ? 'tenant.quota' : 'node.capacity',
    value: wanted[key],
    threshold: granted[key],
    factor: granted[key] / wanted[key],
    text:
      yieldsTo?.kind === 'tenant'
        ? `wanted ${format(wanted[key])}, the quota of tenant ${yieldsTo.tenant} had ${format(granted[key])} for it`
        : `wanted ${format(wanted[key])}, the node had ${format(granted[key])} for it${first}`,
  };
}

function beneficiaryText(yieldsTo: Beneficiary | undefined): string {
  switch (yieldsTo?.kind) {
    case 'instance':
      return `run ${yieldsTo.instanceId} (priority ${yieldsTo.priority})`;
    case 'tenant':
      return `other runs of tenant ${yieldsTo.tenant}, whose quota is used up`;
    default:
      return 'the other runs of the node';
  }
}
