import { describe } from '#model/errors.ts';
import type { Note } from '#model/execution.ts';

/** A program that hints without end must not fill the record. */
const MOST_NOTES = 64;

/** What became of hints that no resize speaks of. Lifecycle: tell* . */
export class HintNotes {
  readonly #onNote: (note: Note) => void;
  readonly #startedMs: number;
  #count = 0;
  #last = '';

  constructor(onNote: (note: Note) => void, startedMs: number) {
    this.#onNote = onNote;
    this.#startedMs = startedMs;
  }

  /** The same as before is not told again; what comes after many is left out, which is said once. */
  tell(nowMs: number, what: string): void {
    if (what === this.#last || this.#count >= MOST_NOTES) return;
    this.#last = what;
    this.#count += 1;
    const at = ((nowMs - this.#startedMs) / 1000).toFixed(2);
    const more = this.#count === MOST_NOTES ? '; hints after this one are not noted' : '';
    const text = describe('hinted', { at, what: `${what}${more}` });
    this.#onNote({ code: 'hinted', text });
  }
}
