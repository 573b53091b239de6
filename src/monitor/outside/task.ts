import type { WaitsFor } from '#model/outside.ts';
import { sharedBuffer } from '../kept-file.ts';
import { GONE, ProcFile, REFUSED, type KeptBudget } from './proc-file.ts';
import { RunCounter } from './run-counter.ts';
import { parseSystemCall, type SystemCall } from './system-call.ts';
import { emptyTaskStat, parseTaskStat } from './task-stat.ts';
import { waitChannel } from './wait-channel.ts';
import { waitForMany, waitOf, type Surroundings } from './waiting.ts';

/** What the kernel said it is in: a system call, or the function it sleeps in. */
type Found =
  | { readonly kind: 'call'; readonly call: SystemCall | 'running' | 'outside' | undefined }
  | { readonly kind: 'channel'; readonly waits: WaitsFor | 'many' | undefined };

const NOTHING_FOUND: Found = { kind: 'call', call: undefined };

/**
 * A process by its main thread (/proc/PID) or one thread (/proc/PID/task/TID), through files that
 * stay open: a descriptor of a process that ended never shows another one with the same id.
 * Lifecycle: (readStat → readWait)* → close.
 */
export class Task {
  readonly stat = emptyTaskStat();
  waitsFor: WaitsFor = 'nothing';
  /** False when it has done nothing since the look before: what was read then still holds. */
  hasRun = true;
  readonly #folder: string;
  readonly #budget: KeptBudget;
  readonly #stat: ProcFile;
  readonly #runs: RunCounter;
  #wait: ProcFile;
  #isRefused = false;
  #found = NOTHING_FOUND;

  constructor(folder: string, budget: KeptBudget) {
    this.#folder = folder;
    this.#budget = budget;
    this.#stat = new ProcFile(`${folder}/stat`, budget);
    this.#wait = new ProcFile(`${folder}/syscall`, budget);
    this.#runs = new RunCounter(folder, budget);
  }

  /** False when it is gone. `isKnown`: what an idle one said before may be taken as still true. */
  readStat(isKnown: boolean): boolean {
    const moved = this.#runs.hasMoved();
    // Of many threads the counter knows but the main one; and who waits for a CPU has not run either.
    this.hasRun = moved || !isKnown || this.stat.threads !== 1 || this.stat.state === 'R';
    if (!this.hasRun) return true;
    const length = this.#stat.read();
    return length > 0 && parseTaskStat(sharedBuffer, length, this.stat);
  }

  /** After `readStat`: whether it waits depends on the state that was read there. */
  readWait(around: Surroundings): void {
    if (this.hasRun) this.#found = this.#find();
    // Also when it has not run: what is known of its surroundings may have grown.
    this.waitsFor = this.#waitOf(around);
  }

  close(): void {
    this.#stat.close();
    this.#wait.close();
    this.#runs.close();
  }

  #find(): Found {
    if (/[RZX]/.test(this.stat.state)) return NOTHING_FOUND;
    const length = this.#wait.read();
    if (length === REFUSED && !this.#isRefused) return this.#findOtherwise();
    if (length === GONE || length === REFUSED) return NOTHING_FOUND;
    const line = sharedBuffer.toString('latin1', 0, length);
    return this.#isRefused
      ? { kind: 'channel', waits: waitChannel(line) }
      : { kind: 'call', call: parseSystemCall(line) };
  }

  /** From now on the kernel function it sleeps in must do. */
  #findOtherwise(): Found {
    this.#isRefused = true;
    this.#wait.close();
    this.#wait = new ProcFile(`${this.#folder}/wchan`, this.#budget);
    return this.#find();
  }

  #waitOf(around: Surroundings): WaitsFor {
    const { state } = this.stat;
    const found = this.#found;
    if (found.kind === 'call') return waitOf(state, found.call, around);
    if (state === 'R') return 'nothing';
    if (found.waits === 'many') return waitForMany(around, false);
    return found.waits ?? (state === 'D' ? 'disk' : 'timer');
  }
}
