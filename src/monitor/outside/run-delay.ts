import { closeSync, openSync, readSync } from 'node:fs';
import { parseUnsigned } from '../parse-number.ts';
import { boundedNames } from './bounded-names.ts';

/** Beyond so many, those that are read stand for all. */
const MOST_THREADS = 64;
const BUFFER = Buffer.allocUnsafe(64);
const BLANK = 0x20;
const NSEC_PER_MS = 1e6;

/**
 * Milliseconds that the threads of some processes have waited in a CPU's queue so far, in all. What a
 * quota held back counts as well, and a wait shows when it is over: the scheduler ends one every few
 * milliseconds. 0 where the kernel does not count. Costs some 10 µs per thread.
 * Source: Documentation/scheduler/sched-stats.rst, /proc/PID/schedstat, field 2.
 */
export function runDelayMs(processIds: readonly number[]): number {
  let nsec = 0;
  let looked = 0;
  for (const pid of processIds) {
    for (const thread of boundedNames(`/proc/${pid}/task`, MOST_THREADS - looked)) {
      looked++;
      nsec += delayOf(`/proc/${pid}/task/${thread}/schedstat`);
      if (looked >= MOST_THREADS) return nsec / NSEC_PER_MS;
    }
  }
  return nsec / NSEC_PER_MS;
}

/** 0 for one that ended meanwhile. */
function delayOf(path: string): number {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const length = readSync(file, BUFFER, 0, BUFFER.length, 0);
    const from = BUFFER.subarray(0, length).indexOf(BLANK) + 1;
    return from === 0 ? 0 : parseUnsigned(BUFFER, from, length) || 0;
  } catch {
    return 0;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
