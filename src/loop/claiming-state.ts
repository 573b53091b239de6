import type { Share } from '#model/claim.ts';
import type { Target } from '#model/decision.ts';

/** What an instance has asked for, and what it heard. */
export type Claiming = {
  /** What its policy wanted last and did not get in full. */
  unmet: Target | undefined;
  unmetAtMs: number;
  retryDueMs: number;
  retryMs: number;
  /** The books have changed since it was refused, and there may be something for it. */
  isAnswered: boolean;
  /** When it got CPU last: what it makes of that shows a while later. */
  cpuGrownAtMs: number;
  /** Undefined as long as there is enough for all. */
  share: Share | undefined;
};

export function newClaiming(): Claiming {
  return {
    unmet: undefined,
    unmetAtMs: Number.NEGATIVE_INFINITY,
    retryDueMs: Number.NEGATIVE_INFINITY,
    retryMs: 0,
    isAnswered: false,
    cpuGrownAtMs: Number.NEGATIVE_INFINITY,
    share: undefined,
  };
}
