import {
  ALLOCATION_KEYS,
  mapAllocation,
  type Allocation,
  type AllocationKey,
} from '#model/allocation.ts';
import { LimberError } from '#model/errors.ts';
import { formatAllocated } from '#model/quantities.ts';

/** What the user asked for; absent values come from the configuration and the node. */
export type Bounds = {
  readonly min: Partial<Allocation>;
  readonly max: Partial<Allocation>;
  readonly initial: Partial<Allocation>;
};

export const SIZE_FLAGS = {
  cpuCores: 'cpu',
  memoryBytes: 'memory',
  ingressBitsPerSecond: 'ingress',
  egressBitsPerSecond: 'egress',
} as const satisfies Record<AllocationKey, string>;

export type SizeFlag = (typeof SIZE_FLAGS)[AllocationKey];

const NAMES = {
  cpuCores: 'CPU',
  memoryBytes: 'Memory',
  ingressBitsPerSecond: 'Ingress rate',
  egressBitsPerSecond: 'Egress rate',
} as const satisfies Record<AllocationKey, string>;

/**
 * The user's bounds over the defaults, checked together: a `--max-memory` below the default
 * minimum is refused just as one below the user's own `--min-memory`.
 */
export function resolveBounds(
  bounds: Bounds,
  defaults: { readonly min: Allocation; readonly max: Allocation },
): { readonly min: Allocation; readonly max: Allocation } {
  const resolved = {
    min: mapAllocation((key) => bounds.min[key] ?? defaults.min[key]),
    max: mapAllocation((key) => bounds.max[key] ?? defaults.max[key]),
  };
  checkBounds({ ...resolved, initial: bounds.initial });
  return resolved;
}

/** Refuses a minimum above a maximum and a first size outside of both, where they are known. */
export function checkBounds(bounds: Bounds): void {
  for (const key of ALLOCATION_KEYS) {
    checkOrder(key, bounds);
    checkInitial(key, bounds);
  }
}

function checkOrder(key: AllocationKey, { min, max }: Bounds): void {
  const [low, high] = [min[key], max[key]];
  if (low === undefined || high === undefined || low <= high) return;
  throw new LimberError('bounds-inverted', {
    name: NAMES[key],
    min: formatAllocated(key, low),
    max: formatAllocated(key, high),
    flag: SIZE_FLAGS[key],
  });
}

function checkInitial(key: AllocationKey, { min, max, initial }: Bounds): void {
  const [size, low, high] = [initial[key], min[key], max[key]];
  if (size === undefined) return;
  if (high !== undefined && size > high) throw outside({ key, size, bound: high, side: 'max' });
  if (low !== undefined && size < low) throw outside({ key, size, bound: low, side: 'min' });
}

function outside({
  key,
  size,
  bound,
  side,
}: {
  readonly key: AllocationKey;
  readonly size: number;
  readonly bound: number;
  readonly side: 'min' | 'max';
}): LimberError {
  const [relation, change] =
    side === 'max'
      ? (['above the maximum', 'raise'] as const)
      : (['below the minimum', 'lower'] as const);
  const flag = SIZE_FLAGS[key];
  return new LimberError('usage-invalid', {
    problem: `--${flag} ${formatAllocated(key, size)} is ${relation} ${formatAllocated(key, bound)}`,
    hint: `Change it, or ${change} --${side}-${flag}.`,
  });
}
