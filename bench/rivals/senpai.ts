import type { PolicyConfig } from '#decide/create-policy.ts';
import type { Policy } from '#decide/policy.ts';
import { numberFrom, setTo } from './change.ts';

const TICK_MS = 1000;
const INTERVAL_TICKS = 6;
const PRESSURE_USEC = 10_000;
const MAX_BACKOFF = 1;
const COEFF_PROBE = 10;
const COEFF_BACKOFF = 20;

/**
 * Senpai's probing of memory by pressure (facebookincubator/senpai, senpai.py; Weiner et al., TMO,
 * ASPLOS 2022, for the idea). Every second it adds up the time stalled; more than 10 ms since the last
 * change → the limit grows by min(1, (stalled ÷ target ÷ 20)²); after 6 s with less it shrinks by
 * min(0.01, 0.01 · (target ÷ stalled ÷ 10)²). Probing lives on page cache that can be read again:
 * a trace has none, so that a limit below what is used stalls, and Limber does not let it go there.
 * CPU is not its business: it keeps the maximum. It begins at what is used. `maxProbe` (0.01 in the
 * source) is swept.
 */
export function createPolicy({ policySettings }: PolicyConfig): Policy {
  const maxProbe = numberFrom(policySettings, 'maxProbe', 0.01);
  let dueMs = Number.NaN;
  let stalledMs = 0;
  let integralUsec = 0;
  let graceTicks = INTERVAL_TICKS;

  return {
    name: 'senpai',
    decide({ sample, allocation, constraints }) {
      const { cpuCores } = constraints.max;
      if (Number.isNaN(dueMs)) dueMs = sample.atMs + TICK_MS;
      if (sample.atMs < dueMs)
        return setTo(allocation, { cpuCores }, { signal: 'senpai.cpu', text: 'not limited' });
      dueMs = sample.atMs + TICK_MS;
      integralUsec += (sample.memoryStalledMsTotal - stalledMs) * 1000;
      stalledMs = sample.memoryStalledMsTotal;
      const factor = nextFactor({ integralUsec, graceTicks, maxProbe });
      if (factor === undefined) {
        graceTicks--;
        return undefined;
      }
      integralUsec = 0;
      graceTicks = INTERVAL_TICKS - 1;
      const memoryBytes = allocation.memoryBytes * (1 + factor);
      return setTo(
        allocation,
        { memoryBytes: Math.min(constraints.max.memoryBytes, memoryBytes) },
        { signal: 'senpai.pressure', text: 'by the time stalled' },
      );
    },
  };
}

/** Example: 100 ms stalled at a target of 10 ms → + 25 %; nothing for 6 s → − 1 %. */
export function nextFactor(state: {
  readonly integralUsec: number;
  readonly graceTicks: number;
  readonly maxProbe: number;
}): number | undefined {
  const { integralUsec, graceTicks, maxProbe } = state;
  if (integralUsec > PRESSURE_USEC) {
    const error = integralUsec / PRESSURE_USEC;
    return Math.min((error / COEFF_BACKOFF) ** 2 * MAX_BACKOFF, MAX_BACKOFF);
  }
  if (graceTicks > 0) return undefined;
  const error = PRESSURE_USEC / Math.max(integralUsec, 1);
  return -Math.min((error / COEFF_PROBE) ** 2 * maxProbe, maxProbe);
}
