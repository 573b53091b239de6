import type { Reason } from '#model/decision.ts';
import { formatCpuCores } from '#model/quantities.ts';
import type { PolicyInput } from '../../policy.ts';
import type { CpuMemory } from './cpu-memory.ts';
import { FULL } from './cpu-signals.ts';

export function raiseReason(facts: {
  readonly input: PolicyInput;
  readonly throttled: boolean;
  readonly to: number;
  readonly takesBack: boolean;
}): Reason {
  const { sample, allocation } = facts.input;
  const { throttled } = facts;
  const seen = throttled
    ? `throttled by ${formatCpuCores(Math.max(sample.cpuCoresThrottled, 0.001))} cores`
    : `used ${formatCpuCores(sample.cpuCoresUsed)} cores of ${formatCpuCores(allocation.cpuCores)} for ${Math.round(sample.intervalMs)} ms`;
  return {
    resource: 'cpu',
    signal: throttled ? 'cpu.throttled' : 'cpu.saturated',
    value: throttled ? sample.cpuCoresThrottled : sample.cpuCoresUsed,
    threshold: throttled ? 0 : allocation.cpuCores * FULL,
    factor: facts.to / allocation.cpuCores,
    text: `${seen}${facts.takesBack ? ' within a second of a cut, which is taken back' : ''}`,
  };
}

export function wakeReason(
  { sample, allocation }: PolicyInput,
  { spentUsec, spentSinceMs }: CpuMemory,
  to: number,
): Reason {
  const ms = Math.round(spentUsec / 1000);
  const withinMs = Math.round(sample.atMs - spentSinceMs);
  return {
    resource: 'cpu',
    signal: 'cpu.waking',
    value: spentUsec / 1000 / withinMs,
    threshold: allocation.cpuCores,
    factor: to / allocation.cpuCores,
    text: `used ${ms} ms of CPU within ${withinMs} ms, a little at a time`,
  };
}

export function cutReason(input: PolicyInput, margin: number, idle: boolean): Reason {
  const { allocation, forecast, constraints, ahead } = input;
  const used = formatCpuCores(forecast.cpuCores.room);
  return {
    resource: 'cpu',
    signal: !idle ? 'cpu.unused' : ahead.cpuIdle ? 'cpu.waiting' : 'cpu.idle',
    value: forecast.cpuCores.room,
    threshold: idle ? constraints.min.cpuCores : allocation.cpuCores,
    factor: margin,
    text: idle
      ? ahead.cpuIdle
        ? ahead.cpuIdleText
        : `used almost no CPU of late (${used} cores)`
      : `used at most ${used} cores of late${marginText(margin)}`,
  };
}

/** Of whole cores that are kept busy there may be none. */
function marginText(margin: number): string {
  const percent = Math.round((margin - 1) * 100);
  return percent > 0 ? `, with a margin of ${percent} %` : '';
}
