import { eachTaskFile } from './task-files.ts';

const CLOSING = 0x29;
const RUNNABLE = 0x52;

/**
 * How many threads of some processes run or would run if they had a processor, up to `most`. A reading
 * of CPU time cannot tell one that is held back by its quota, or that waits for its turn, from one that
 * sleeps: the kernel reports throttling when it is over, and waiting for a turn not at all.
 * Source: proc_pid_stat(5), field 3.
 */
export function countRunnableThreads(processIds: readonly number[], most: number): number {
  let runnable = 0;
  eachTaskFile(processIds, 'stat', (bytes) => {
    // The name may itself hold parentheses; it is short, and what follows it holds none.
    if (bytes[bytes.lastIndexOf(CLOSING) + 2] === RUNNABLE) runnable++;
    return runnable < most;
  });
  return runnable;
}
