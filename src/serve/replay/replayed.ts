import type { Config } from '#config/schema.ts';
import type { Allocation } from '#model/allocation.ts';
import type { Constraints, PolicyName } from '#model/constraints.ts';
import type { TimelinePoint } from '#model/summary.ts';

/** One policy that the recorded run is put through. */
export type Asked = {
  /** What it is called in the answer. */
  readonly name: string;
  readonly policy: PolicyName;
  readonly settings: Readonly<Record<string, string>>;
};

/** What one thread asks another: plain data. */
export type ReplayQuestion = {
  readonly id: string;
  readonly timeline: readonly TimelinePoint[];
  readonly initial: Allocation;
  readonly constraints: Constraints;
  readonly capacity: Allocation;
  readonly config: Config;
  readonly asked: readonly Asked[];
};

/** One curve and what it cost: side by side, column by column, one entry per reading. */
export type Curve = {
  readonly name: string;
  readonly outcome: string;
  readonly atSeconds: readonly number[];
  readonly cpuCoresUsed: readonly number[];
  readonly cpuCoresAllocated: readonly number[];
  readonly memoryBytesUsed: readonly number[];
  readonly memoryBytesAllocated: readonly number[];
  readonly seconds: number;
  readonly coreSeconds: number;
  readonly gibibyteSeconds: number;
  readonly throttledSeconds: number;
  readonly stalledSeconds: number;
  readonly resizes: number;
};
