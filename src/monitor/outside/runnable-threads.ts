import { openSync, readSync, closeSync } from 'node:fs';
import { boundedNames } from './bounded-names.ts';

/** More than that say no more: nobody is given so many cores at once for it. */
const MOST_THREADS = 64;
const BUFFER = Buffer.allocUnsafe(512);
const CLOSING = 0x29;
const RUNNABLE = 0x52;

/**
 * How many threads of some processes run or would run if they had a processor, up to `most`. A reading
 * of CPU time cannot tell one that is held back by its quota, or that waits for its turn, from one that
 * sleeps: the kernel reports throttling when it is over, and waiting for a turn not at all.
 * Costs some 10 µs per thread that is looked at. Source: proc_pid_stat(5), field 3.
 */
export function countRunnableThreads(processIds: readonly number[], most: number): number {
  let runnable = 0;
  let looked = 0;
  for (const pid of processIds) {
    for (const thread of boundedNames(`/proc/${pid}/task`, MOST_THREADS - looked)) {
      looked++;
      if (isRunnable(`/proc/${pid}/task/${thread}/stat`)) runnable++;
      if (runnable >= most || looked >= MOST_THREADS) return runnable;
    }
  }
  return runnable;
}

/** False for one that ended meanwhile. */
function isRunnable(path: string): boolean {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const length = readSync(file, BUFFER, 0, BUFFER.length, 0);
    // The name may itself hold parentheses; it is short, and what follows it holds none.
    return BUFFER[BUFFER.subarray(0, length).lastIndexOf(CLOSING) + 2] === RUNNABLE;
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
