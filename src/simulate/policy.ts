import type { Allocation } from '#model/allocation.ts';
import type { Policy } from '#decide/policy.ts';
import type { Demand } from '#runtimes/simulated/demand.ts';

/** A policy as the simulator takes it: one object per run, which may know more than a real one could. */
export type SimulatedPolicy = {
  readonly name: string;
  /** Oracles look at `demand`; the others must not. */
  readonly create: (demand: Demand) => Policy;
  /** What it starts with, where that is not the configured base. */
  readonly initial?: (demand: Demand) => Partial<Allocation>;
};
