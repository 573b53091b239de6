import type { Sample } from '#model/sample.ts';

const DETAIL_INTERVAL_MS = 100;
/** Above this share of the limit every reading looks at what could be reclaimed. */
const NEAR_LIMIT = 0.85;

/** Decides how closely to look at memory, and adds up the time spent stalled. */
export type MemoryWatch = {
  readonly wantsDetail: (
    sample: Sample,
    allocationBytes: number,
    nowMs: number,
    changed: boolean,
  ) => boolean;
  readonly isNear: (sample: Sample, limitBytes: number) => boolean;
  readonly stalled: (sample: Sample, now: boolean, nowMs: number) => void;
};

export function createMemoryWatch(): MemoryWatch {
  let detailDueMs = Number.NEGATIVE_INFINITY;
  let previousMs = Number.NaN;

  return {
    wantsDetail(sample, allocationBytes, nowMs, changed) {
      // A detail that is due stays due until something moves.
      if (!changed) return false;
      if (nowMs < detailDueMs && sample.memoryBytes < allocationBytes * NEAR_LIMIT) return false;
      detailDueMs = nowMs + DETAIL_INTERVAL_MS;
      return true;
    },
    isNear: (sample, limitBytes) => sample.memoryBytes >= limitBytes * NEAR_LIMIT,
    stalled(sample, now, nowMs) {
      const intervalMs = Number.isNaN(previousMs) ? 0 : nowMs - previousMs;
      // The stall began or ended somewhere inside the interval: half of it is the unbiased guess.
      const share = (Number(now) + Number(sample.memoryStalled)) / 2;
      sample.memoryStalledMsTotal += intervalMs * share;
      sample.memoryStalled = now;
      previousMs = nowMs;
    },
  };
}
