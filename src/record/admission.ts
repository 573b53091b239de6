import { ALLOCATION_KEYS, higherOf, mapAllocation, type Allocation } from '#model/allocation.ts';
import {
  DEFAULT_PRIORITY,
  DEFAULT_TENANT,
  DEFAULT_WEIGHT,
  quotaOf,
  type Claimant,
  type TenantQuotas,
} from '#model/claim.ts';
import { LimberError } from '#model/errors.ts';
import { formatAllocated } from '#model/quantities.ts';
import { capacityExhausted, RESOURCE_NAMES } from './capacity-exhausted.ts';
import type { ControllerProcess } from './controller-process.ts';
import { roundUp } from './grant.ts';
import type { LedgerStatements } from './ledger-file.ts';
import { amountOf } from './ledger-rows.ts';
import type { Reservation } from './reservation.ts';

const ORDINARY: Claimant = {
  priority: DEFAULT_PRIORITY,
  weight: DEFAULT_WEIGHT,
  tenant: DEFAULT_TENANT,
};

export type AdmissionRequest = ControllerProcess & {
  readonly min: Allocation;
  readonly wanted: Allocation;
  readonly claimant?: Claimant;
};

/** What an instance holds and claims before it runs: its minimum is all that it is known to need. */
export function newReservation(
  instanceId: string,
  request: AdmissionRequest,
  stored: Reservation | undefined,
): Reservation {
  const { controllerPid, controllerStartTicks, claimant = ORDINARY } = request;
  const [floor, wanted] = [roundUp(request.min), roundUp(request.wanted)];
  return {
    instanceId,
    ...claimant,
    held: stored?.held ?? mapAllocation(() => 0),
    floor,
    guaranteed: floor,
    need: floor,
    demand: higherOf(floor, wanted),
    frozen: false,
    controllerPid,
    controllerStartTicks,
  };
}

type Limits = { readonly capacity: Allocation; readonly tenants: TenantQuotas };

/**
 * Whether a new run's minimum fits beside what is guaranteed to the others: their minima and the
 * memory that they use. Throws `tenant-quota-exceeded` or `capacity-exhausted`.
 */
export function checkAdmission(
  statements: LedgerStatements,
  { instanceId, tenant, floor }: Reservation,
  { capacity, tenants }: Limits,
): void {
  const own = statements.one.get(instanceId);
  const ownPart = own ? amountOf(own, 'guaranteed') : undefined;
  const others = (row: Parameters<typeof amountOf>[0] | undefined): Allocation => {
    const all = row ? amountOf(row, 'guaranteed') : undefined;
    return mapAllocation((key) => (all?.[key] ?? 0) - (ownPart?.[key] ?? 0));
  };
  const free = subtract(capacity, others(statements.totals.get()));
  const tight = ALLOCATION_KEYS.find((key) => floor[key] > free[key]);
  const quota = quotaOf(tenants, tenant);
  if (quota) {
    const row = statements.tenant.get(tenant);
    const runs = Number(row?.['runs'] ?? 0) - (own ? 1 : 0);
    if (quota.maxRuns !== undefined && runs >= quota.maxRuns)
      throw exceeded({ tenant, quota: `${quota.maxRuns} runs at a time`, used: `${runs} run` });
    const used = others(row);
    const over = ALLOCATION_KEYS.find((key) => used[key] + floor[key] > (quota[key] ?? Infinity));
    if (over !== undefined)
      throw exceeded({
        tenant,
        quota: `${formatAllocated(over, quota[over]!)} of ${RESOURCE_NAMES[over]}`,
        used: `${formatAllocated(over, used[over])} are guaranteed to its runs and ${formatAllocated(over, floor[over])} more are needed`,
      });
  }
  if (tight !== undefined) throw capacityExhausted(tight, { min: floor, free, capacity });
}

function subtract(a: Allocation, b: Allocation): Allocation {
  return mapAllocation((key) => a[key] - b[key]);
}

function exceeded(details: { tenant: string; quota: string; used: string }): LimberError {
  return new LimberError('tenant-quota-exceeded', details);
}
