import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { makePipes } from './pipe-stock.ts';
import type { OutputStreams } from '#model/instance.ts';

const { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;

export type OutputPipes = {
  /** Descriptors for the program's stdout and stderr. */
  readonly stdoutEnd: number;
  readonly stderrEnd: number;
  readonly output: OutputStreams;
  /** Call when the program has its ends: then the pipes end with the program. */
  readonly closeEnds: () => void;
};

/**
 * Real pipes. The ones that Node makes for a child are sockets, which a program can tell: opening
 * /dev/stdout fails with ENXIO, and a reader that is gone shows as ECONNRESET instead of SIGPIPE.
 * `more` FIFOs are made on the way: each call of mkfifo costs a process.
 */
export function openOutputPipes(stateFolder: string, more: readonly string[] = []): OutputPipes {
  const [out, err] = [`${stateFolder}/stdout`, `${stateFolder}/stderr`];
  makePipes([out, err, ...more]);
  const [stdout, stderr] = [openPipe(out), openPipe(err)];
  return {
    stdoutEnd: stdout.writeEnd,
    stderrEnd: stderr.writeEnd,
    output: { stdout: stdout.reader, stderr: stderr.reader },
    closeEnds() {
      closeSync(stdout.writeEnd);
      closeSync(stderr.writeEnd);
    },
  };
}

/** Opening either end of a FIFO waits for the other; one that has both is the way out. */
function openPipe(path: string): { readonly reader: Socket; readonly writeEnd: number } {
  const both = openSync(path, O_RDWR | O_NONBLOCK);
  const readEnd = openSync(path, O_RDONLY | O_NONBLOCK);
  const writeEnd = openSync(path, O_WRONLY);
  closeSync(both);
  return { reader: new Socket({ fd: readEnd, readable: true, writable: false }), writeEnd };
}
