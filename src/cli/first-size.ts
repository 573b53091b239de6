import { ALLOCATION_KEYS, type AllocationKey } from '#model/allocation.ts';
import { LimberError } from '#model/errors.ts';
import { formatAllocated } from '#model/quantities.ts';
import type { RunRequest } from '#model/request.ts';

export type Bounds = NonNullable<RunRequest['bounds']>;

export const SIZE_FLAGS = {
  cpuCores: 'cpu',
  memoryBytes: 'memory',
  ingressBitsPerSecond: 'ingress',
  egressBitsPerSecond: 'egress',
} as const satisfies Record<AllocationKey, string>;

export type SizeFlag = (typeof SIZE_FLAGS)[AllocationKey];

/**
 * A first size outside of bounds given with it is a slip of the pen: the run would silently begin
 * with another. Bounds that nobody gave still give way or are checked when the request is accepted.
 */
export function checkFirstSize({ min = {}, max = {}, initial = {} }: Bounds): void {
  for (const key of ALLOCATION_KEYS) {
    const [size, low, high] = [initial[key], min[key], max[key]];
    if (size === undefined) continue;
    if (high !== undefined && size > high)
      throw outside({
        key,
        size,
        bound: high,
        relation: 'above the maximum',
        change: 'raise --max',
      });
    if (low !== undefined && size < low)
      throw outside({
        key,
        size,
        bound: low,
        relation: 'below the minimum',
        change: 'lower --min',
      });
  }
}

function outside(facts: {
  readonly key: AllocationKey;
  readonly size: number;
  readonly bound: number;
  readonly relation: string;
  readonly change: string;
}): LimberError {
  const { key, size, bound, relation, change } = facts;
  const flag = SIZE_FLAGS[key];
  return new LimberError('usage-invalid', {
    problem: `--${flag} ${formatAllocated(key, size)} is ${relation} ${formatAllocated(key, bound)}`,
    hint: `Change it, or ${change}-${flag}.`,
  });
}
