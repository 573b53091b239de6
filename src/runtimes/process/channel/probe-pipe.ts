import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { BoundedLines } from './bounded-lines.ts';
import { boundRate } from './rate-bound.ts';

/** In the state folder; inside it is /run/limber/probe. */
export const PROBE_PIPE = 'shared/probe';

export type ProbePipe = { readonly start: () => void; readonly close: () => void };

/**
 * The FIFO that probes write to. It is held open for writing, too: it never ends while the instance
 * lives, however many writers come and go. Until `start` the kernel keeps what comes.
 */
export function openProbePipe(path: string, onLine: (line: string) => void): ProbePipe {
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const pipe = new Socket({ fd, readable: true, writable: false });
  const rate = boundRate(pipe);
  const lines = new BoundedLines(onLine, rate.mayPass);
  pipe.pause();
  pipe.on('data', (chunk: Buffer) => {
    rate.count(chunk.length);
    lines.feed(chunk);
  });
  pipe.on('error', () => pipe.destroy());
  pipe.unref();
  return { start: () => void pipe.resume(), close: () => void pipe.destroy() };
}
