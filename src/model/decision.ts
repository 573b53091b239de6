import type { Allocation, AllocationKey, Resource } from './allocation.ts';

/** One cause of a change: what was seen, against which threshold, and what it multiplies or adds. */
export type Reason = {
  readonly resource: Resource;
  /** Dotted name of the signal, e.g. `cpu.throttled`, `memory.growth`, `network.backlog`. */
  readonly signal: string;
  readonly value: number;
  readonly threshold: number;
  readonly factor: number;
  /** One sentence for people, with units. */
  readonly text: string;
};

/** What a policy wants. It may lie outside the constraints; the decide stage clamps it. */
export type Target = {
  readonly allocation: Allocation;
  readonly reasons: readonly Reason[];
  /** True when it takes back a cut that hurt. */
  readonly rolledBack: boolean;
};

/** `converging` has a deadline; every resize ends in one of the other three. */
export type ResizeState = 'applied' | 'converging' | 'refused' | 'failed';

export type ResizeOutcome = {
  readonly state: ResizeState;
  /** What the enforcing level was read back to hold. */
  readonly actual: Allocation;
  /** Time from the decision until the limit was read back. */
  readonly latencyMs: number;
  readonly message?: string;
  /** Of a refusal that is not about all of it, what it is about: the rest was applied. */
  readonly refused?: readonly AllocationKey[];
};

/** One change of allocation with everything needed to explain and to replay it. */
export type Decision = {
  readonly atSeconds: number;
  readonly from: Allocation;
  readonly to: Allocation;
  readonly reasons: readonly Reason[];
  /** True when this change takes back a cut that hurt. */
  readonly rolledBack: boolean;
  readonly outcome: ResizeOutcome;
  /** The policy's inputs at that moment, as the policy saw them. */
  readonly inputs: Readonly<Record<string, unknown>>;
};
