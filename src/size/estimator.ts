import type { Allocation, AllocationKey } from '#model/allocation.ts';

/** Who had the last word about a value. */
export type EstimatorName = 'base' | 'prior' | 'history' | 'on-demand' | 'constraints';

/** A first allocation in the making. */
export type Sizing = {
  readonly allocation: Allocation;
  readonly estimators: Readonly<Record<AllocationKey, EstimatorName>>;
  /** One sentence per step that changed something, with units. */
  readonly reasons: readonly string[];
};

/** One link of the chain: takes what is believed so far, returns what it believes. */
export type Estimator = (sizing: Sizing) => Sizing;

export type Opinion = {
  readonly key: AllocationKey;
  readonly value: number;
  readonly estimator: EstimatorName;
  readonly reason: string;
};

/** An opinion that changes nothing is not a reason. */
export function apply(sizing: Sizing, { key, value, estimator, reason }: Opinion): Sizing {
  if (sizing.allocation[key] === value) return sizing;
  return {
    allocation: { ...sizing.allocation, [key]: value },
    estimators: { ...sizing.estimators, [key]: estimator },
    reasons: [...sizing.reasons, reason],
  };
}
