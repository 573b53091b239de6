import type { Ahead } from '#model/ahead.ts';
import type { Allocation } from '#model/allocation.ts';
import type { Constraints } from '#model/constraints.ts';
import type { Target } from '#model/decision.ts';
import type { Forecast } from '#model/forecast.ts';
import type { Floor } from '#model/hint.ts';
import type { Sample } from '#model/sample.ts';

/** Everything that a policy may look at. Time comes in with the sample; there is no clock. */
export type PolicyInput = {
  readonly sample: Sample;
  readonly allocation: Allocation;
  readonly constraints: Constraints;
  /** 0–100. */
  readonly complexityScore: number;
  readonly forecast: Forecast;
  /** What the code says of the next moments; nothing where no probe speaks. */
  readonly ahead: Ahead;
  /** What the program asked for and must not be taken below; absent while it asks for nothing. */
  readonly floor?: Floor | undefined;
  /** How far above the allocation a burst goes before it waits; 0 where that is left out. */
  readonly burstRoomBytes?: number | undefined;
  /** Cores that may be used at once; no more than are allocated, or absent, where that is all. */
  readonly wakingCores?: number;
  /** Milliseconds from a decision until its limits are in force; 0 where that is left out. */
  readonly actuationMs?: number;
  /** When its interpreter and probe had started, by the clock of `sample`; absent while no probe has spoken. */
  readonly startedMs?: number | undefined;
  /**
   * How many threads run or would run if they had a processor, up to `most`: what throttling and
   * waiting for a turn hide from `sample`. Costs a look into /proc, so it is asked only before acting
   * on a lack of use; absent where it cannot be seen.
   */
  readonly runnableThreads?: ((most: number) => number) | undefined;
};

/**
 * (allocation, usage, pressure, complexity, forecast) → target. One policy object serves one
 * instance, because policies remember; undefined means "leave it as it is", which is the usual
 * answer and must cost nothing.
 */
export type Policy = {
  readonly name: string;
  /** It leaves whoever rests with less than the minimum, where that is allowed. */
  readonly rests?: true;
  readonly decide: (input: PolicyInput) => Target | undefined;
  /** Takes over when a policy that a user wrote fails. */
  readonly fallback?: Policy;
};
