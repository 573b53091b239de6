import { sharedBuffer } from '../kept-file.ts';
import { ProcFile, type KeptBudget } from './proc-file.ts';

/** Time on a CPU, time in its queue, and turns: three numbers of at most 20 digits. */
const MOST_BYTES = 64;
/** What a kernel without these statistics prints. Source: fs/proc/base.c, proc_pid_schedstat. */
const NOT_COUNTED = Buffer.from('0 0 0\n');

/**
 * Whether a thread has run since it was last asked: its schedstat then reads otherwise. Half the cost
 * of its stat, and most processes of most programs sleep. Lifecycle: (hasMoved)* → close.
 */
export class RunCounter {
  readonly #file: ProcFile;
  readonly #before = Buffer.alloc(MOST_BYTES);
  #length = 0;

  constructor(folder: string, budget: KeptBudget) {
    this.#file = new ProcFile(`${folder}/schedstat`, budget);
  }

  /** True also when it cannot be told. */
  hasMoved(): boolean {
    const length = this.#file.read();
    if (length <= 0 || length > MOST_BYTES) return true;
    const isSame =
      length === this.#length && this.#before.compare(sharedBuffer, 0, length, 0, length) === 0;
    if (isSame) return NOT_COUNTED.compare(this.#before, 0, NOT_COUNTED.length) === 0;
    sharedBuffer.copy(this.#before, 0, 0, length);
    this.#length = length;
    return true;
  }

  close(): void {
    this.#file.close();
  }
}
