import type { PolicyConfig } from '#decide/create-policy.ts';
import type { Policy } from '#decide/policy.ts';
import { numberFrom, setTo } from './change.ts';

const PERIOD_MS = 100;
const PERIODS = 10;
const HISTORY = 50;
const ALPHA = 3;
const BETA_MAX = 0.9;
const BETA_MIN = 0.5;
const LEAST_CORES = 0.01;

export type CaptainState = {
  limit: number;
  lastLimit: number;
  margin: number;
  cutLast: boolean;
  readonly throttled: number[];
  readonly usage: number[];
};

export function newCaptain(limit: number): CaptainState {
  return { limit, lastLimit: limit, margin: 3, cutLast: false, throttled: [], usage: [] };
}

/**
 * Autothrottle's Captain (Wang et al., NSDI 2024, § 3.3; microsoft/autothrottle, worker-daemon.py).
 * Reads every 100 ms, decides every second. More than α = 3 times the target share of throttled periods
 * → quota × (1 + share − 3·target). Else, when the highest usage of 5 s plus margin × its deviation is at
 * most 0.9 of the quota → that, at least half. A cut after which more than 3 times the target is
 * throttled is taken back twice over at the next period. The margin follows share − target.
 * Memory is not its business: it keeps the maximum. Its Tower, which learns the target from an
 * application's latency, has none here: `target` (0.02) is swept.
 */
export function createPolicy({ policySettings }: PolicyConfig): Policy {
  const target = numberFrom(policySettings, 'target', 0.02);
  let state: CaptainState | undefined;
  let last = { atMs: Number.NaN, usec: 0, periods: 0 };
  let periods = 0;

  return {
    name: 'captain',
    decide({ sample, allocation, constraints }) {
      const { memoryBytes } = constraints.max;
      const now = {
        atMs: sample.atMs,
        usec: sample.cpuUsecTotal,
        periods: sample.throttledPeriodsTotal,
      };
      if (state === undefined) {
        state = newCaptain(allocation.cpuCores);
        last = now;
        return setTo(
          allocation,
          { memoryBytes },
          { signal: 'captain.memory', text: 'not limited' },
        );
      }
      if (now.atMs - last.atMs < PERIOD_MS) return undefined;
      const throttled = Math.min(1, now.periods - last.periods);
      observe(state, throttled, (now.usec - last.usec) / 1000 / (now.atMs - last.atMs));
      last = now;
      rollBack(state, target);
      if (++periods % PERIODS === 0) decideQuota(state, target);
      const cpuCores = Math.min(constraints.max.cpuCores, state.limit);
      state.limit = cpuCores;
      return setTo(
        allocation,
        { cpuCores },
        { signal: 'captain.quota', text: 'share of throttled periods' },
      );
    },
  };
}

export function observe(state: CaptainState, throttled: number, cores: number): void {
  state.throttled.push(throttled);
  state.usage.push(cores);
  if (state.throttled.length > PERIODS) state.throttled.shift();
  if (state.usage.length > HISTORY) state.usage.shift();
}

/** Periods of which nothing is known yet count as not throttled. */
function shareThrottled({ throttled }: CaptainState): number {
  return throttled.reduce((sum, each) => sum + each, 0) / PERIODS;
}

function rollBack(state: CaptainState, target: number): void {
  const share = shareThrottled(state);
  if (!state.cutLast || share <= ALPHA * target) return;
  state.limit = 2 * state.lastLimit - state.limit;
  state.margin += share - target;
  state.throttled.length = 0;
  state.cutLast = false;
}

/** Example: 4 of 10 periods throttled at a target of 0.02 → quota × 1.34. */
export function decideQuota(state: CaptainState, target: number): void {
  state.lastLimit = state.limit;
  const share = shareThrottled(state);
  state.margin = Math.max(0, state.margin + share - target);
  state.cutLast = false;
  if (share > ALPHA * target) state.limit *= 1 + share - ALPHA * target;
  else cut(state);
  state.throttled.length = 0;
  state.limit = Math.max(LEAST_CORES, state.limit);
}

function cut(state: CaptainState): void {
  const proposed = Math.max(...state.usage, 0) + deviation(state.usage) * state.margin;
  if (proposed > state.limit * BETA_MAX) return;
  state.limit = Math.max(state.limit * BETA_MIN, proposed);
  state.cutLast = true;
}

/** Of a sample of a larger whole, as Python's statistics.stdev. */
function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const squares = values.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
