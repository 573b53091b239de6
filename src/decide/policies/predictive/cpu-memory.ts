/** What the rule remembers of one instance. */
export type CpuMemory = {
  cutFromCores: number;
  cutAtMs: number;
  /** Until a window has passed since, the recent peak does not know yet what the raise led to. */
  raisedAtMs: number;
  /** What is held was given for what was believed, the first size included, and not for what was used. */
  isBelieved: boolean;
  /** Grows when a cut had to be taken back, decays with cuts that held. */
  extraMargin: number;
  throttledPeriods: number;
  /** CPU time used since the last change or, at rest, within a second; and since when that is counted. */
  spentUsec: number;
  spentSinceMs: number;
  /** CPU time used at once beyond what is held, and not yet made up for. */
  debtUsec: number;
  /** Since when it has been expected to need less than it holds. */
  lowSinceMs: number;
  startedAtMs: number;
  /** Since when it has been idle, and for how long it must be before anything is given back. */
  idleSinceMs: number;
  idlePatienceMs: number;
  idleCutAtMs: number;
};

export function newCpuMemory(): CpuMemory {
  return {
    cutFromCores: 0,
    cutAtMs: Number.NEGATIVE_INFINITY,
    raisedAtMs: Number.NaN,
    isBelieved: true,
    extraMargin: 0,
    throttledPeriods: 0,
    spentUsec: 0,
    debtUsec: 0,
    lowSinceMs: Number.NaN,
    spentSinceMs: Number.NEGATIVE_INFINITY,
    startedAtMs: Number.NaN,
    idleSinceMs: Number.NaN,
    idlePatienceMs: 0,
    idleCutAtMs: Number.NaN,
  };
}
