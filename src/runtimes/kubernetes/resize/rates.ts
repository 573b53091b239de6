import type { Pod } from '../api/types.ts';
import type { PodRates } from '../agent-bounds.ts';

/** Network rates of a pod. Lifecycle: open → (set, observe)* → close. */
export type Rates = {
  /** Undefined for a pod without any; 0 where a direction is not limited by anybody. */
  readonly inForce: () => PodRates | undefined;
  /** The pod's newest state. */
  readonly observe: (pod: Pod) => void;
  /** Resolves with what went wrong, or undefined: it is in force, or there is nobody who limits. */
  readonly set: (rates: PodRates) => Promise<string | undefined>;
  readonly close: () => void;
};
