import { ALLOCATION_KEYS, mapAllocation, type Allocation } from './allocation.ts';

/** `auto` resizes, `observe` only recommends, `locked` keeps a manual size until it is unlocked. */
export type ScalingMode = 'auto' | 'observe' | 'locked';

export const POLICY_NAMES = ['predictive', 'threshold', 'static', 'unlimited'] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];

/** Anything else names a module that a user wrote. */
export function isBuiltIn(policy: string): policy is PolicyName {
  return POLICY_NAMES.some((name) => name === policy);
}

/** The bounds that no policy, forecast or hint can leave. */
export type Constraints = {
  readonly min: Allocation;
  readonly max: Allocation;
  /** 0 (gives way first) to 100 (gives way last). */
  readonly priority: number;
  readonly mode: ScalingMode;
};

export function clampAllocation(target: Allocation, { min, max }: Constraints): Allocation {
  return mapAllocation((key) => Math.min(max[key], Math.max(min[key], target[key])));
}

/** The first key whose minimum lies above its maximum, or undefined when the bounds make sense. */
export function invertedBound({ min, max }: Pick<Constraints, 'min' | 'max'>) {
  return ALLOCATION_KEYS.find((key) => min[key] > max[key]);
}
