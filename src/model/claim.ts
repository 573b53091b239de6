import type { Allocation, AllocationKey } from './allocation.ts';

export const DEFAULT_PRIORITY = 50;
export const DEFAULT_WEIGHT = 1;
export const DEFAULT_TENANT = 'default';

/** Who claims: what decides between instances when the node has not enough for all. */
export type Claimant = {
  /** 0 (gives way first) to 100 (gives way last). Each value is a class of its own. */
  readonly priority: number;
  /** Shares among claims of the same priority. */
  readonly weight: number;
  readonly tenant: string;
};

/**
 * What one instance asks of its node; `floor` ≤ `need` ≤ `demand`, per resource.
 * Example of memory: min 16 MiB and 90 MiB in use, 100 MiB with what its next moments take, 180 MiB
 * with the room that its policy would like → 90, 100, 180.
 */
export type Claim = Claimant & {
  /** Guaranteed: the minimum, and the memory that is in use. Nobody takes it away. */
  readonly floor: Allocation;
  /** What its floor may be at most: where it lends some of that, nobody is let in for it. The floor where absent. */
  readonly guaranteed?: Allocation;
  /** What it is seen to use. */
  readonly need: Allocation;
  /** What its policy wants it to have; what lies above `need` is slack, and is harvested first. */
  readonly demand: Allocation;
};

export type NamedClaim = Claim & {
  readonly instanceId: string;
  /** What it has: who is to grow is who gets what another gives way. */
  readonly held: Allocation;
};

/** Who gets what an instance has to do without. */
export type Beneficiary =
  | { readonly kind: 'instance'; readonly instanceId: string; readonly priority: number }
  | { readonly kind: 'tenant'; readonly tenant: string }
  | { readonly kind: 'node' };

/** What an instance is entitled to; Infinity where there is enough for all. */
export type Share = {
  readonly entitled: Allocation;
  readonly yieldsTo: Readonly<Partial<Record<AllocationKey, Beneficiary>>>;
};

/** What a tenant's instances may hold together; what is absent is not limited. */
export type TenantQuota = { readonly [Key in AllocationKey | 'maxRuns']?: number | undefined };
/** By name of tenant; `*` is the quota of each tenant that is not named. */
export type TenantQuotas = Readonly<Record<string, TenantQuota>>;

export type Node = { readonly capacity: Allocation; readonly tenants: TenantQuotas };

/** Shares of all claims, in their order. */
export type ShareOut = (claims: readonly NamedClaim[], node: Node) => readonly Share[];

export function quotaOf(tenants: TenantQuotas, tenant: string): TenantQuota | undefined {
  return Object.hasOwn(tenants, tenant) ? tenants[tenant] : tenants['*'];
}
