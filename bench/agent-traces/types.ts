import type { RunResult } from '#simulate/result.ts';
import type { SimulatedPolicy } from '#simulate/policy.ts';

export type Published = {
  readonly rule: string;
  readonly published: { readonly slack: number; readonly over: number };
  readonly slack: number;
  readonly over: number;
};

/** One policy with one setting of the knob that is swept. */
export type Candidate = {
  readonly family: string;
  readonly setting: string;
  readonly policy: SimulatedPolicy;
};

export type Measured = Omit<Candidate, 'policy'> & { readonly runs: readonly RunResult[] };
