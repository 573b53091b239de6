import { closeSync, openSync, readSync } from 'node:fs';

const BUFFER_BYTES = 64 * 1024;
const buffer = Buffer.allocUnsafe(BUFFER_BYTES);

/** More sockets than that are not remembered; they are asked for again. */
const MOST_KNOWN = 4096;

/**
 * Tells local (Unix) sockets from those that reach other machines: /proc/PID/fd shows but a number.
 * Asks the kernel at most once a look, and only about numbers that it has not seen.
 */
export class LocalSockets {
  readonly #isLocal = new Map<string, boolean>();
  #mayAsk = true;

  nextLook(): void {
    this.#mayAsk = true;
    if (this.#isLocal.size > MOST_KNOWN) this.#isLocal.clear();
  }

  /** Undefined when it is not known before the next look. */
  isLocal(pid: number, inode: string): boolean | undefined {
    const known = this.#isLocal.get(inode);
    if (known !== undefined || !this.#mayAsk) return known;
    this.#mayAsk = false;
    for (const local of parseNetUnix(readSockets(pid))) this.#isLocal.set(local, true);
    if (!this.#isLocal.has(inode)) this.#isLocal.set(inode, false);
    return this.#isLocal.get(inode);
  }
}

/** Inodes in the text of /proc/net/unix: the column after six others. Source: proc_pid_net(5). */
export function parseNetUnix(text: string): readonly string[] {
  const inodes: string[] = [];
  for (const line of text.split('\n')) {
    const inode = /^[0-9a-f]+: (?:\S+ +){5}(\d+)(?= |$)/.exec(line)?.[1];
    if (inode !== undefined) inodes.push(inode);
  }
  return inodes;
}

/** Of the network namespace of the process. */
function readSockets(pid: number): string {
  try {
    const descriptor = openSync(`/proc/${pid}/net/unix`, 'r');
    try {
      return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, BUFFER_BYTES, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // It ended meanwhile.
    return '';
  }
}
