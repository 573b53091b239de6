import { stat } from 'node:fs/promises';
import type { FileProgress } from '#model/outside.ts';
import { sharedBuffer } from '../kept-file.ts';
import type { OpenFile } from './descriptors.ts';
import { printable } from './printable.ts';
import { ProcFile, type KeptBudget } from './proc-file.ts';

const SMALLEST_BYTES = 2 ** 20;
const MOST_FILES = 64;
/** Whoever goes back more often does not read from the beginning to the end. */
const MOST_TIMES_BACK = 2;

type Tracked = OpenFile & {
  readonly pid: number;
  readonly info: ProcFile;
  /** 0 until it is known; NaN for what is too small, or no file. */
  totalBytes: number;
  doneBytes: number;
  timesBack: number;
};

/**
 * How far the program has come in the large files that it reads: position against size, for a
 * program in any language. What is mapped or read at given places (pread) has no position and is not
 * told. Lifecycle: (offer, look)* → close.
 */
export class ReadFiles {
  readonly #tracked = new Map<string, Tracked>();
  readonly #budget: KeptBudget;

  constructor(budget: KeptBudget) {
    this.#budget = budget;
  }

  /** What a process has open, after a full round over it: new files come in, closed ones go. */
  offer(pid: number, files: readonly OpenFile[]): void {
    const open = new Set(files.map((file) => keyOf(pid, file)));
    for (const [key, file] of this.#tracked)
      if (file.pid === pid && !open.has(key)) this.#drop(key, file);
    for (const file of files) this.#track(pid, file);
  }

  look(): FileProgress[] {
    const progress: FileProgress[] = [];
    for (const [key, file] of this.#tracked) {
      // It stays known, so that it is not measured again while it is open.
      if (Number.isNaN(file.totalBytes)) file.info.close();
      else if (!follow(file)) this.#drop(key, file);
      else if (isTelling(file)) progress.push(progressOf(file));
    }
    return progress;
  }

  forget(pid: number): void {
    this.offer(pid, []);
  }

  close(): void {
    for (const [key, file] of this.#tracked) this.#drop(key, file);
  }

  #track(pid: number, file: OpenFile): void {
    const key = keyOf(pid, file);
    if (this.#tracked.size >= MOST_FILES || this.#tracked.has(key)) return;
    const info = new ProcFile(`/proc/${pid}/fdinfo/${file.descriptor}`, this.#budget);
    const tracked = { ...file, pid, info, totalBytes: 0, doneBytes: 0, timesBack: 0 };
    if (!isReadOnly(info)) return info.close();
    this.#tracked.set(key, tracked);
    void measure(tracked);
  }

  #drop(key: string, file: Tracked): void {
    file.info.close();
    this.#tracked.delete(key);
  }
}

function keyOf(pid: number, { descriptor, path }: OpenFile): string {
  return `${pid} ${descriptor} ${path}`;
}

/** Another thread asks for the size: a file of a network's file system may let one wait. */
async function measure(file: Tracked): Promise<void> {
  const path = `/proc/${file.pid}/fd/${file.descriptor}`;
  // Closed meanwhile: there is nothing to measure.
  const found = await stat(path).catch(() => undefined);
  file.totalBytes = found?.isFile() && found.size >= SMALLEST_BYTES ? found.size : Number.NaN;
}

/** False when it is closed, or not read in order. */
function follow(file: Tracked): boolean {
  const length = file.info.read();
  if (length <= 0) return false;
  const { positionBytes } = parseFdInfo(sharedBuffer.toString('latin1', 0, length));
  if (positionBytes < file.doneBytes) file.timesBack++;
  file.doneBytes = positionBytes;
  return true;
}

function isTelling({ doneBytes, totalBytes, timesBack }: Tracked): boolean {
  return doneBytes > 0 && doneBytes <= totalBytes && timesBack <= MOST_TIMES_BACK;
}

function progressOf({ pid, path, doneBytes, totalBytes }: Tracked): FileProgress {
  return { pid, file: printable(path), doneBytes, totalBytes };
}

function isReadOnly(info: ProcFile): boolean {
  const length = info.read();
  return length > 0 && parseFdInfo(sharedBuffer.toString('latin1', 0, length)).isReadOnly;
}

/** The flags are octal; their last two bits are the access mode, 0 for reading. Source: proc_pid_fdinfo(5). */
export function parseFdInfo(text: string): { positionBytes: number; isReadOnly: boolean } {
  const position = /^pos:\t(\d+)$/m.exec(text)?.[1];
  const flags = /^flags:\t([0-7]+)$/m.exec(text)?.[1];
  return {
    positionBytes: Number(position ?? 0),
    isReadOnly: flags !== undefined && Number.parseInt(flags, 8) % 4 === 0,
  };
}
