import { hasMoved, hear } from './live.ts';
import type { Managed } from './managed.ts';

/**
 * One line of a probe; true when the run was seen to have moved. The first word of the first probe
 * is said when the interpreter has started: what that took is over. A process that starts later does
 * so beside others, whose CPU goes on to count.
 */
export function hearProbe(
  { live, forecasts }: Pick<Managed, 'live' | 'forecasts'>,
  line: string,
  nowMs: number,
): boolean {
  const isFirst = live.program.version === 0;
  const message = hear(live, line, nowMs);
  if (isFirst && message?.kind === 'start') forecasts.forgetCpu(nowMs);
  return message !== undefined && hasMoved(live, nowMs);
}
