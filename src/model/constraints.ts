import { ALLOCATION_KEYS, mapAllocation, type Allocation } from './allocation.ts';
import { DEFAULT_TENANT, DEFAULT_WEIGHT, type Claimant } from './claim.ts';

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
  /** Shares among runs of the same priority; 1 where absent. */
  readonly weight?: number;
  /** Whose quota it counts against; `default` where absent. */
  readonly tenant?: string;
  readonly budget?: Budget;
  readonly mode: ScalingMode;
  /** With so much CPU, below its minimum, it may be left while it rests; it has that back as it wakes. */
  readonly restingCores?: number;
};

/** What one execution may cost; what is spent is what was reserved for it, and for network what it moved. */
export type Budget = {
  readonly coreSeconds?: number;
  readonly byteSeconds?: number;
  readonly networkBytes?: number;
};

export function claimantOf({ priority, weight, tenant }: Constraints): Claimant {
  return { priority, weight: weight ?? DEFAULT_WEIGHT, tenant: tenant ?? DEFAULT_TENANT };
}

/** What a run is left with while it rests, where more is there as soon as it is used. */
export const RESTING_CORES = 0.02;
/** Whoever holds no more may use more at once, where that is there: half of one thread's time. */
export const SMALL_CORES = 0.1;
const WAKING_CORES = 0.5;

export function clampAllocation(target: Allocation, { min, max }: Constraints): Allocation {
  return mapAllocation((key) => Math.min(max[key], Math.max(min[key], target[key])));
}

/** The bounds of an instance that may rest. */
export function restingBounds(constraints: Constraints): Constraints {
  const { min, restingCores } = constraints;
  if (restingCores === undefined) return constraints;
  return { ...constraints, min: { ...min, cpuCores: Math.min(min.cpuCores, restingCores) } };
}

/** It holds less than its minimum, and has that as it wakes. */
export function isResting({ min, restingCores }: Constraints, { cpuCores }: Allocation): boolean {
  return restingCores !== undefined && cpuCores < min.cpuCores;
}

/**
 * What a run may use at once that holds little: until the next reading sees it, and gives it more. 0 where it
 * never rests, and where somebody has set its size.
 */
export function wakingCoresOf({ max, mode, restingCores }: Constraints): number {
  return restingCores === undefined || mode !== 'auto' ? 0 : Math.min(max.cpuCores, WAKING_CORES);
}

/** What may be used at once of so many cores held. Example: 0.5 to wake with: of 0.02 cores 0.5, of 0.3 0.3. */
export function coresAtOnce(cores: number, wakingCores: number): number {
  return cores > SMALL_CORES ? cores : Math.max(cores, wakingCores);
}

/** The first key whose minimum lies above its maximum, or undefined when the bounds make sense. */
export function invertedBound({ min, max }: Pick<Constraints, 'min' | 'max'>) {
  return ALLOCATION_KEYS.find((key) => min[key] > max[key]);
}
