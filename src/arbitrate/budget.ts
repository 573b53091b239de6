import {
  ALLOCATION_KEYS,
  mapAllocation,
  type Allocation,
  type AllocationKey,
} from '#model/allocation.ts';
import type { Budget, Constraints } from '#model/constraints.ts';
import type { Reason } from '#model/decision.ts';
import { formatBytes } from '#model/quantities.ts';

/** What an execution has cost: reserved core-seconds and byte-seconds, and bytes that it moved. */
export type Spent = {
  readonly coreSeconds: number;
  readonly byteSeconds: number;
  readonly networkBytes: number;
};

export type BudgetKind = keyof Budget & keyof Spent;

const KIND_OF = {
  cpuCores: 'coreSeconds',
  memoryBytes: 'byteSeconds',
  ingressBitsPerSecond: 'networkBytes',
  egressBitsPerSecond: 'networkBytes',
} as const satisfies Record<AllocationKey, BudgetKind>;

const BYTES_PER_GIB = 2 ** 30;

/**
 * Whoever has spent a budget gets the minimum of that resource from then on; Infinity where there is
 * something left. `floors` are what it may not be taken below (memory that is in use).
 */
export function budgetCaps(
  { budget, min }: Pick<Constraints, 'budget' | 'min'>,
  spent: Spent,
  floors: Allocation,
): Allocation | undefined {
  if (!budget || !ALLOCATION_KEYS.some((key) => isSpent(key, budget, spent))) return undefined;
  return mapAllocation((key) =>
    isSpent(key, budget, spent) ? Math.max(min[key], floors[key]) : Number.POSITIVE_INFINITY,
  );
}

export function isSpent(key: AllocationKey, budget: Budget, spent: Spent): boolean {
  const kind = KIND_OF[key];
  return spent[kind] >= (budget[kind] ?? Number.POSITIVE_INFINITY);
}

export function budgetText(key: AllocationKey, budget: Budget): string {
  return `the budget of ${BUDGET_TEXTS[KIND_OF[key]](budget)} is spent`;
}

/** "the budget of 5 core-seconds is spent: held to its minimum" */
export function budgetReason(
  key: AllocationKey,
  facts: { readonly budget: Budget; readonly spent: Spent; readonly factor: number },
): Reason {
  const kind = KIND_OF[key];
  const resource = kind === 'coreSeconds' ? 'cpu' : kind === 'byteSeconds' ? 'memory' : 'network';
  return {
    resource,
    signal: `budget.${resource}`,
    value: facts.spent[kind],
    threshold: facts.budget[kind] ?? 0,
    factor: facts.factor,
    text: `${budgetText(key, facts.budget)}: held to its minimum`,
  };
}

export const BUDGET_TEXTS = {
  coreSeconds: ({ coreSeconds = 0 }) => `${rounded(coreSeconds)} core-seconds`,
  byteSeconds: ({ byteSeconds = 0 }) => `${rounded(byteSeconds / BYTES_PER_GIB)} GiB-seconds`,
  networkBytes: ({ networkBytes = 0 }) => `${formatBytes(networkBytes)} of network`,
} as const satisfies Record<BudgetKind, (budget: Budget) => string>;

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
