import { parseUnsigned } from '../parse-number.ts';
import { eachTaskFile } from './task-files.ts';

const BLANK = 0x20;
const NSEC_PER_MS = 1e6;

/**
 * Milliseconds that the threads of some processes have waited in a CPU's queue so far, in all. What a
 * quota held back counts as well, and a wait shows when it is over: the scheduler ends one every few
 * milliseconds. 0 where the kernel does not count.
 * Source: Documentation/scheduler/sched-stats.rst, /proc/PID/schedstat, field 2.
 */
export function runDelayMs(processIds: readonly number[]): number {
  let nsec = 0;
  eachTaskFile(processIds, 'schedstat', (bytes) => {
    const from = bytes.indexOf(BLANK) + 1;
    if (from > 0) nsec += parseUnsigned(bytes, from, bytes.length) || 0;
    return true;
  });
  return nsec / NSEC_PER_MS;
}
