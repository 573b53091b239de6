import { DEFAULT_PRIORITY, type Claimant } from '#model/claim.ts';

/** cgroup v2's `cpu.weight`: 100 is ordinary, 1 to 10000 is all there is. */
const ORDINARY = 100;
const LEAST = 1;
const MOST = 10_000;
/** Twenty-five steps of priority are worth ten times the processor: 0 to 100 spans all weights. */
const STEPS_PER_TENFOLD = 25;

/**
 * What the scheduler weighs an instance with, in the unit of `cpu.weight`. Quotas alone do not let
 * the higher priority run first: within each period all that have quota left share the processors
 * evenly, and then some stand idle.
 * Example: priority 50 → 100, 75 → 1000, 75 with weight 2 → 2000.
 */
export function cpuWeightOf({ priority, weight }: Pick<Claimant, 'priority' | 'weight'>): number {
  const weighed = ORDINARY * weight * 10 ** ((priority - DEFAULT_PRIORITY) / STEPS_PER_TENFOLD);
  return Math.round(Math.min(MOST, Math.max(LEAST, weighed)));
}
