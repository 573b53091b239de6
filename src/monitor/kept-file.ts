import { closeSync, openSync, readSync } from 'node:fs';

/** Large enough for every kernel file that is read here; memory.stat has about 2 KiB. */
const BUFFER_BYTES = 16 * 1024;

/** One buffer serves all readers: a reading is parsed before the next one is made. */
export const sharedBuffer = Buffer.allocUnsafe(BUFFER_BYTES);

/** What the kernel answers when the cgroup or process behind a descriptor is gone. */
const GONE = new Set(['ENODEV', 'ENOENT', 'ESRCH', 'EBADF']);

/**
 * A kernel file whose descriptor stays open, so that a reading costs 3–8 µs instead of three times
 * that. Lifecycle: open → read … → close.
 */
export class KeptFile {
  readonly #descriptor: number;
  #closed = false;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Undefined when the file does not exist: a kernel without that feature, not a failure. */
  static open(path: string): KeptFile | undefined {
    try {
      return new KeptFile(openSync(path, 'r'));
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  /** Bytes now in the shared buffer, or -1 when what the file described is gone. */
  read(): number {
    if (this.#closed) return -1;
    try {
      return readSync(this.#descriptor, sharedBuffer, 0, BUFFER_BYTES, 0);
    } catch (error) {
      if (isGone(error)) return -1;
      throw error;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#descriptor);
  }
}

export function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && GONE.has(String(error.code));
}
