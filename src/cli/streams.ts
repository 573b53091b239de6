import { write } from 'node:fs';
import type { Writable } from 'node:stream';
import { LimberError } from '#model/errors.ts';
import { BROKEN_PIPE_EXIT_CODE } from './print-error.ts';

const RETRY_MS = 5;

/** A broken pipe, a closed descriptor, a terminal that hung up: nobody reads any more. */
const NOBODY_READS = new Set(['EPIPE', 'EBADF', 'EIO']);

/** Where bytes go. It never throws, never emits and never blocks the loop. */
export type Output = {
  /** Resolves when the bytes have left: true, or false when they cannot because nobody reads. */
  readonly write: (bytes: Uint8Array | string) => Promise<boolean>;
  readonly isOpen: () => boolean;
  /** Why writing failed, when it was not for want of a reader: a full disk, for example. */
  readonly problem: () => Error | undefined;
};

/**
 * An output onto a descriptor. `process.stdout` writes to pipes synchronously on Linux
 * (https://nodejs.org/api/process.html#a-note-on-process-io), so a slow reader would stop the loop
 * that feeds the program; here the thread pool waits instead.
 */
export function openOutput(fd: number): Output {
  let failure: NodeJS.ErrnoException | undefined;
  let last = Promise.resolve(true);
  const writeOne = async (bytes: Uint8Array) => {
    failure ??= await writeAll(fd, bytes);
    return failure === undefined;
  };
  return {
    write: (bytes) => {
      const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
      // One after the other, or two writers would mix their bytes.
      return (last = last.then(() => writeOne(buffer)));
    },
    isOpen: () => failure === undefined,
    problem: () => (failure && NOBODY_READS.has(failure.code ?? '') ? undefined : failure),
  };
}

function writeAll(fd: number, bytes: Uint8Array): Promise<NodeJS.ErrnoException | undefined> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.ErrnoException | undefined>();
  const go = (from: number) =>
    write(fd, bytes, from, bytes.length - from, null, (error, written) => {
      // Another process that shares a terminal or pipe may have made it non-blocking.
      if (error?.code === 'EAGAIN') return void setTimeout(go, RETRY_MS, from);
      if (error) return resolve(error);
      return from + written < bytes.length ? go(from + written) : resolve(undefined);
    });
  go(0);
  return promise;
}

/**
 * Makes Node's own standard streams safe after their reader went away: without a listener, the
 * 'error' event would end Limber in the middle of a run. `onBroken` is told the first time.
 */
export function guardStream(stream: Writable, onBroken: () => void = () => {}): void {
  let told = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!NOBODY_READS.has(error.code ?? '')) throw error;
    if (told) return;
    told = true;
    onBroken();
  });
}

/** What a command that only prints ends with, after its last write. */
export function exitCodeOf(stdout: Output): number {
  const problem = stdout.problem();
  if (problem) {
    throw new LimberError('output-unwritable', { problem: problem.message }, { cause: problem });
  }
  return stdout.isOpen() ? 0 : BROKEN_PIPE_EXIT_CODE;
}
