import type { PredictiveSettings } from '#config/schema.ts';
import type { Reason } from '#model/decision.ts';
import { formatBitsPerSecond } from '#model/quantities.ts';
import type { PolicyInput } from '../../policy.ts';
import type { Change } from './change.ts';

const DOUBLE = 2;
/** Names put together at every reading would cost more than all that is decided with them. */
const RATE = { ingress: 'ingressBitsPerSecond', egress: 'egressBitsPerSecond' } as const;
const BACKLOG = { ingress: 'ingressBacklogBytes', egress: 'egressBacklogBytes' } as const;
/** A queue that takes longer than this to drain at the present rate is a backlog. */
const BACKLOG_MS = 20;

export type Direction = 'ingress' | 'egress';
export type NetworkMemory = { grownAtMs: number };

/**
 * A rate doubles when it is nearly used up or its queue does not drain, and falls back at once to
 * above what was lately used, for it is found again in as few steps as it was lost. Doubling finds any rate in a few steps; a shaper's queue tells no more.
 */
export function decideNetwork(
  input: PolicyInput,
  direction: Direction,
  memory: NetworkMemory,
  settings: PredictiveSettings,
): Change | undefined {
  const { sample, constraints } = input;
  const key = RATE[direction];
  const now = input.allocation[key];
  // An instance without a network has a rate of nothing.
  if (constraints.max[key] <= 0) return undefined;
  const pressure = pressureOf(input, direction, settings) ?? aheadOf(input, direction, settings);
  if (pressure) {
    const expected = input.ahead[key] * settings.networkMargin;
    const to = Math.min(constraints.max[key], Math.max(now * DOUBLE, expected));
    if (to <= now) return undefined;
    memory.grownAtMs = sample.atMs;
    return { to, reason: { ...pressure, factor: to / now } };
  }
  if (sample.atMs - memory.grownAtMs < settings.networkWindowMs) return undefined;
  const recent = input.forecast[key].p99;
  const to = Math.max(constraints.min[key], recent * settings.networkMargin);
  if (to > now * (1 - settings.minimumChange)) return undefined;
  return { to, reason: unusedReason(direction, recent, now, settings) };
}

function pressureOf(
  { sample, allocation }: PolicyInput,
  direction: Direction,
  settings: PredictiveSettings,
): Omit<Reason, 'factor'> | undefined {
  const now = allocation[RATE[direction]];
  const used = sample[RATE[direction]];
  const backlogMs = (sample[BACKLOG[direction]] * 8 * 1000) / now;
  if (backlogMs > BACKLOG_MS) {
    const text = `${direction} queue needs ${Math.round(backlogMs)} ms to drain at ${formatBitsPerSecond(now)}bit/s`;
    return {
      resource: 'network',
      signal: `network.${direction}.backlog`,
      value: backlogMs,
      threshold: BACKLOG_MS,
      text,
    };
  }
  const threshold = now * settings.networkHighFraction;
  if (used < threshold) return undefined;
  const text = `${direction} runs at ${formatBitsPerSecond(used)}bit/s of ${formatBitsPerSecond(now)}bit/s`;
  return { resource: 'network', signal: `network.${direction}.rate`, value: used, threshold, text };
}

/** What the code is about to do has used more than it has now. */
function aheadOf(
  { allocation, ahead }: PolicyInput,
  direction: Direction,
  settings: PredictiveSettings,
): Omit<Reason, 'factor'> | undefined {
  const key = RATE[direction];
  const threshold = allocation[key] * settings.networkHighFraction;
  if (ahead[key] < threshold) return undefined;
  return {
    resource: 'network',
    signal: `network.${direction}.ahead`,
    value: ahead[key],
    threshold,
    text: ahead.networkText,
  };
}

function unusedReason(
  direction: Direction,
  recent: number,
  now: number,
  settings: PredictiveSettings,
): Reason {
  const seconds = settings.networkWindowMs / 1000;
  return {
    resource: 'network',
    signal: `network.${direction}.unused`,
    value: recent,
    threshold: now,
    factor: settings.networkMargin,
    text: `${direction} ran at no more than ${formatBitsPerSecond(recent)}bit/s in the last ${seconds} s`,
  };
}
