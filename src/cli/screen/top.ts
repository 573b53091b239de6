import { inOrder, orderOfKey, type Order } from './top-order.ts';
import { topFrame, type TopState } from './top-frame.ts';
import type { Key, Size } from './screen.ts';
import type { Style } from '../style.ts';
import type { LiveRun, LiveSource } from './source.ts';

/** The list of runs: what is chosen, searched and sorted. Without a terminal of its own. */
export class TopView {
  #runs: readonly LiveRun[] = [];
  #capacity: TopState['capacity'];
  #order: Order;
  #isReversed = false;
  #selected: string | undefined;
  #filter: string | undefined;
  #isTyping = false;
  #problem: string | undefined;
  #showsEnded: boolean;

  constructor({ order, showsEnded }: { readonly order: Order; readonly showsEnded: boolean }) {
    this.#order = order;
    this.#showsEnded = showsEnded;
  }

  async read(source: LiveSource): Promise<void> {
    try {
      this.#capacity ??= await source.capacity();
      this.#runs = await source.runs();
      this.#problem = undefined;
    } catch (error) {
      // What was read before stays on the screen until there is something newer.
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  frame(size: Size, style: Style, nowMs: number): string[] {
    const runs = this.#listed();
    if (!runs.some(({ id }) => id === this.#selected)) this.#selected = runs[0]?.id;
    const state: TopState = {
      runs,
      total: this.#known().length,
      order: this.#order,
      isReversed: this.#isReversed,
      selected: this.#selected,
      filter: this.#filter,
      isTyping: this.#isTyping,
      showsEnded: this.#showsEnded,
      capacity: this.#capacity,
      nowMs,
      ...(this.#problem !== undefined && { problem: this.#problem }),
    };
    return topFrame(state, size, style);
  }

  /** What the key asks for beyond this view. */
  press(key: Key): { readonly watch: string } | 'quit' | undefined {
    if (this.#isTyping) return this.#type(key);
    const order = orderOfKey(key.text);
    if (order !== undefined) this.#order = order;
    else if (key.text === 'r') this.#isReversed = !this.#isReversed;
    else if (key.text === 'a') this.#showsEnded = !this.#showsEnded;
    else if (key.text === '/') this.#isTyping = true;
    else if (key.name === 'escape') this.#filter = undefined;
    else if (key.name === 'up' || key.text === 'k') this.#move(-1);
    else if (key.name === 'down' || key.text === 'j') this.#move(1);
    else if (key.text === 'q') return 'quit';
    else if (key.name === 'return' && this.#selected !== undefined)
      return { watch: this.#selected };
    return undefined;
  }

  #type({ name, text }: Key): undefined {
    const typed = this.#filter ?? '';
    if (name === 'return') this.#isTyping = false;
    else if (name === 'escape') [this.#isTyping, this.#filter] = [false, undefined];
    else if (name === 'backspace') this.#filter = typed.slice(0, -1);
    else if (text >= ' ') this.#filter = typed + text;
  }

  #move(by: number): void {
    const runs = this.#listed();
    const index = runs.findIndex(({ id }) => id === this.#selected) + by;
    this.#selected = runs[Math.max(0, Math.min(runs.length - 1, index))]?.id;
  }

  #known(): readonly LiveRun[] {
    const isOpen = ({ status }: LiveRun) => status === 'running' || status === 'queued';
    return this.#showsEnded ? this.#runs : this.#runs.filter(isOpen);
  }

  #listed(): readonly LiveRun[] {
    const wanted = (this.#filter ?? '').toLowerCase();
    const found = this.#known().filter(
      ({ id, title }) => id.includes(wanted) || title.toLowerCase().includes(wanted),
    );
    return inOrder(found, { order: this.#order, isReversed: this.#isReversed });
  }
}
