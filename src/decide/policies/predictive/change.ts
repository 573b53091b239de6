import type { Reason } from '#model/decision.ts';

/** A wish for one quantity, with its cause. */
export type Change = {
  readonly to: number;
  readonly reason: Reason;
  readonly rolledBack?: boolean;
};
