import type { Style } from '../style.ts';
import type { Key, Size } from './screen.ts';
import type { LiveSource, WatchedRun } from './source.ts';
import { SPANS_SECONDS, watchFrame } from './watch-frame.ts';

const FIRST_SPAN = 2;

/** One run with its charts. Without a terminal of its own. */
export class WatchView {
  readonly id: string;
  readonly #hasList: boolean;
  #run: WatchedRun | undefined;
  #span = FIRST_SPAN;
  #isPaused = false;
  #problem: string | undefined;

  constructor(id: string, { hasList }: { readonly hasList: boolean }) {
    this.id = id;
    this.#hasList = hasList;
  }

  async read(source: LiveSource): Promise<void> {
    if (this.#isPaused && this.#run) return;
    try {
      this.#run = await source.watch(this.id);
      this.#problem = undefined;
    } catch (error) {
      // What was read before stays on the screen until there is something newer.
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  frame(size: Size, style: Style, nowMs: number): string[] {
    if (!this.#run) return this.#problem === undefined ? [] : [this.#problem];
    const state = {
      run: this.#run,
      spanSeconds: SPANS_SECONDS[this.#span] ?? Infinity,
      isPaused: this.#isPaused,
      nowMs,
      hasList: this.#hasList,
      ...(this.#problem !== undefined && { problem: this.#problem }),
    };
    return watchFrame(state, size, style);
  }

  press({ name, text }: Key): 'back' | 'quit' | undefined {
    if (text === 'q') return 'quit';
    if (name === 'escape' || name === 'left' || name === 'backspace')
      return this.#hasList ? 'back' : undefined;
    if (text === '+' || text === '=') this.#span = Math.max(0, this.#span - 1);
    if (text === '-') this.#span = Math.min(SPANS_SECONDS.length - 1, this.#span + 1);
    if (text === 'p' || text === ' ') this.#isPaused = !this.#isPaused;
    return undefined;
  }
}
