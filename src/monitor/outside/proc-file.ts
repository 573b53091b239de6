import { isGone, KeptFile } from '../kept-file.ts';

export const GONE = -1;
export const REFUSED = -2;

/** Of all instances together; the process has other uses for descriptors. */
const MOST_KEPT_IN_ALL = 2048;
let keptInAll = 0;

/** Descriptors that one instance may keep open: beyond it a file is opened for each reading, at thrice the cost. */
export class KeptBudget {
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  take(): boolean {
    if (this.#left === 0 || keptInAll >= MOST_KEPT_IN_ALL) return false;
    this.#left--;
    keptInAll++;
    return true;
  }

  giveBack(): void {
    this.#left++;
    keptInAll--;
  }
}

/**
 * A file of /proc below another process: it vanishes with it, and may be forbidden to us. Both are
 * values here. Lifecycle: (read)* → close.
 */
export class ProcFile {
  readonly #path: string;
  readonly #budget: KeptBudget;
  #kept: KeptFile | undefined;
  #isClosed = false;

  constructor(path: string, budget: KeptBudget) {
    this.#path = path;
    this.#budget = budget;
  }

  /** Bytes now in the shared buffer, GONE or REFUSED. */
  read(): number {
    if (this.#isClosed) return GONE;
    try {
      return this.#kept === undefined ? this.#readFirst() : this.#kept.read();
    } catch (error) {
      return isGone(error) ? GONE : REFUSED;
    }
  }

  close(): void {
    this.#isClosed = true;
    if (this.#kept === undefined) return;
    this.#kept.close();
    this.#kept = undefined;
    this.#budget.giveBack();
  }

  #readFirst(): number {
    const file = KeptFile.open(this.#path);
    if (file === undefined) return GONE;
    if (this.#budget.take()) {
      this.#kept = file;
      return file.read();
    }
    try {
      return file.read();
    } finally {
      file.close();
    }
  }
}
