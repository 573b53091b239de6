import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { InstanceInput } from '#model/instance.ts';
import { hasCode } from './cgroup/files.ts';
import { readPids } from './kept-output.ts';
import { isChildOf, sendSignal } from './process-identity.ts';

/** In the state folder: the FIFO that is the program's standard input. */
export const INPUT_PIPE = 'input';

/** The read end for the program. Opening a FIFO waits for the other end; having both is the way out. */
export function openReadEnd(stateFolder: string): number {
  const path = `${stateFolder}/${INPUT_PIPE}`;
  const both = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const readEnd = openSync(path, constants.O_RDONLY);
  closeSync(both);
  return readEnd;
}

/**
 * The way to a program's standard input that stays open beyond any controller: a process of the
 * shim's holds its write end until `end`. What the pipe has taken is never lost.
 * Lifecycle: (write)* → end or close.
 */
export function openInput(
  stateFolder: string,
  shimPid: number,
): InstanceInput & { close: () => void } {
  let pipe: Socket | undefined;

  function writeEnd(): Socket {
    if (pipe) return pipe;
    const flags = constants.O_WRONLY | constants.O_NONBLOCK;
    const fd = openSync(`${stateFolder}/${INPUT_PIPE}`, flags);
    pipe = new Socket({ fd, readable: false, writable: true });
    // Whoever writes is told by the write itself.
    pipe.on('error', () => pipe?.destroy());
    return pipe;
  }

  return {
    async write(bytes) {
      try {
        return await written(writeEnd(), bytes);
      } catch (error) {
        // ENXIO: nobody has it open for reading.
        if (hasCode(error, 'ENXIO', 'ENOENT')) return false;
        throw error;
      }
    },
    async end() {
      await new Promise<void>((resolve) => (pipe ? pipe.end(resolve) : resolve()));
      pipe?.destroy();
      for (const pid of readPids(`${stateFolder}/input-holder`))
        if (isChildOf(pid, shimPid)) sendSignal(pid, 'SIGKILL');
    },
    close: () => void pipe?.destroy(),
  };
}

function written(pipe: Socket, bytes: Uint8Array): Promise<boolean> {
  if (!pipe.writable) return Promise.resolve(false);
  return new Promise((resolve) => {
    const closed = () => resolve(false);
    pipe.once('close', closed);
    pipe.write(bytes, (error) => {
      pipe.off('close', closed);
      resolve(!error);
    });
  });
}
