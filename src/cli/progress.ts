import type { Terminal } from './style.ts';

const REDRAW_MS = 100;
/** Work that is done by then needs no line. */
const QUIET_MS = 500;
/** ECMA-48: erase to the end of the line. */
const ERASE = '\u001b[K';

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type Progress = {
  readonly update: (done: number, total: number) => void;
  /** Takes the line away. */
  readonly stop: () => void;
};

/** `1,200 of 5,000 files` on a terminal while it lasts; on anything else nothing. A signal that ends the process takes the line away, too. */
export function createProgress(
  stream: Terminal,
  noun: string,
  nowMs: () => number = () => performance.now(),
): Progress {
  let drawnAtMs = nowMs() + QUIET_MS - REDRAW_MS;
  let isDrawn = false;
  const erase = () => {
    if (isDrawn) stream.write(`\r${ERASE}`);
    isDrawn = false;
    for (const signal of ENDING) process.off(signal, end);
  };
  // A listener keeps the process alive: without it the signal does what it does by itself.
  const end = (signal: NodeJS.Signals) => {
    erase();
    process.kill(process.pid, signal);
  };
  return {
    update(done, total) {
      if (!stream.isTTY || nowMs() - drawnAtMs < REDRAW_MS) return;
      drawnAtMs = nowMs();
      if (!isDrawn) for (const signal of ENDING) process.once(signal, end);
      isDrawn = true;
      const count = (value: number) => value.toLocaleString('en');
      stream.write(`\r${count(done)} of ${count(total)} ${noun}${ERASE}`);
    },
    stop: erase,
  };
}
