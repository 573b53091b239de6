import { closeSync, openSync, readSync, watch, writeSync, type FSWatcher } from 'node:fs';

const BYTES = 8;
const RUNG_AT = 0;
const SCARCE_AT = 4;

/**
 * Eight bytes beside the ledger by which controllers hear that claims have changed: how often it was
 * rung, and whether there was not enough for all. Reading them takes two microseconds, where a look
 * into the ledger takes fifty; the kernel's notification makes that look unnecessary most of the time.
 * Written with the ledger's lock held. Lifecycle: open → ring, read, onRing … → close.
 */
export class LedgerBell {
  readonly #descriptor: number;
  readonly #path: string;
  readonly #buffer = Buffer.alloc(BYTES);
  readonly #watchers = new Set<FSWatcher>();

  constructor(path: string) {
    this.#path = path;
    this.#descriptor = openSync(path, 'a+', 0o600);
    closeSync(this.#descriptor);
    this.#descriptor = openSync(path, 'r+');
  }

  /** Differs from its former value when it was rung in between. */
  rung(): number {
    return this.#read(RUNG_AT);
  }

  isScarce(): boolean {
    return this.#read(SCARCE_AT) === 1;
  }

  ring(isScarce: boolean): void {
    this.#buffer.writeUInt32LE((this.#read(RUNG_AT) + 1) >>> 0, RUNG_AT);
    this.#buffer.writeUInt32LE(isScarce ? 1 : 0, SCARCE_AT);
    writeSync(this.#descriptor, this.#buffer, 0, BYTES, 0);
  }

  /** Where no watch can be had (fs.inotify.max_user_instances), `rung` has to be asked. */
  onRing(callback: () => void): () => void {
    try {
      const watcher = watch(this.#path, { persistent: false }, callback);
      watcher.on('error', () => watcher.close());
      this.#watchers.add(watcher);
      return () => watcher.close();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EMFILE' || code === 'ENOSPC' || code === 'ENOENT') return () => {};
      throw error;
    }
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
    closeSync(this.#descriptor);
  }

  /** Zeros in a file that was just made. */
  #read(at: number): number {
    const length = readSync(this.#descriptor, this.#buffer, 0, BYTES, 0);
    return length < BYTES ? 0 : this.#buffer.readUInt32LE(at);
  }
}
