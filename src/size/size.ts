import type { Allocation } from '#model/allocation.ts';
import type { ComplexityProfile } from '#model/complexity.ts';
import type { Constraints } from '#model/constraints.ts';
import type { HistoryEstimate } from '#model/history.ts';
import type { Estimator, Sizing } from './estimator.ts';
import { fromHistory } from './from-history.ts';
import { onDemand } from './on-demand.ts';
import { fromProfile } from './prior.ts';
import { withinConstraints } from './within-constraints.ts';

export type SizingInput = {
  readonly profile?: ComplexityProfile | undefined;
  readonly history?: HistoryEstimate | undefined;
  /** For code about which nothing is known. */
  readonly base: Allocation;
  readonly constraints: Constraints;
  /** What the language's interpreter holds before the code's own structures. */
  readonly interpreterBytes: number;
  /** How much a program may take before it is reserved for; 0 where it stalls at its allocation. */
  readonly burstRoomBytes: number;
  /** What is found to be missing is there at the next reading. */
  readonly resizesAtOnce: boolean;
};

/**
 * The first allocation: base → what the code says → what its past runs say → constraints.
 * It covers what is near-certain rather than the worst case, since memory grows on demand within
 * some 20 ms, while what is reserved and not used is paid for.
 */
export function sizeFirstAllocation(input: SizingInput): Sizing {
  const { profile, history, base, constraints } = input;
  const chain: readonly Estimator[] = [
    fromProfile({ ...input, profile, min: constraints.min }),
    fromHistory(history, base),
    onDemand(input, base),
    withinConstraints(constraints),
  ];
  return chain.reduce((sizing, estimate) => estimate(sizing), startingFrom(base));
}

function startingFrom(base: Allocation): Sizing {
  return {
    allocation: base,
    estimators: {
      cpuCores: 'base',
      memoryBytes: 'base',
      ingressBitsPerSecond: 'base',
      egressBitsPerSecond: 'base',
    },
    reasons: [],
  };
}
