import { hasMoved, hear } from './live.ts';
import type { Managed } from './managed.ts';

type Heard = Pick<Managed, 'live' | 'forecasts'> & { readonly input: { startedMs?: number } };

/**
 * One line of a probe; true when the run was seen to have moved. The first word of the first probe
 * is said when the interpreter has started, and its first look is told when what looks has, beside the
 * program: what that took is over. A process that starts later does so beside others, whose CPU goes
 * on to count.
 */
export function hearProbe({ live, forecasts, input }: Heard, line: string, nowMs: number): boolean {
  const isFirst = live.program.version === 0;
  const message = hear(live, line, nowMs);
  const hasBegun = isFirst && message?.kind === 'start';
  const hasLooked = message?.kind === 'at' && message.pid === live.startingPid;
  if (hasBegun || hasLooked) {
    live.startingPid = hasBegun ? message.pid : undefined;
    forecasts.forgetCpu(nowMs);
    input.startedMs = nowMs;
  }
  return message !== undefined && hasMoved(live, nowMs);
}
