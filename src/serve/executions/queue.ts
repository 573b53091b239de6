/** Who waits to be started: by priority, then in the order in which they came. Bounded. */
export type Waiting = { readonly id: string; readonly priority: number };

/** Lifecycle: (offer, first, remove)* . */
export class Queue {
  readonly #most: number;
  readonly #waiting: Waiting[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#waiting.length;
  }

  get isFull(): boolean {
    return this.#waiting.length >= this.#most;
  }

  /** Who gives way to one of this priority; undefined when there is room, or nobody is below it. */
  givesWayTo(priority: number): Waiting | undefined {
    if (!this.isFull) return undefined;
    const last = this.#waiting.at(-1);
    return last !== undefined && last.priority < priority ? last : undefined;
  }

  offer(waiting: Waiting): void {
    const at = this.#waiting.findIndex(({ priority }) => priority < waiting.priority);
    if (at < 0) this.#waiting.push(waiting);
    else this.#waiting.splice(at, 0, waiting);
  }

  first(): Waiting | undefined {
    return this.#waiting[0];
  }

  /** How many would be started before one of this priority that comes now. */
  ahead(priority: number): number {
    const at = this.#waiting.findIndex((waiting) => waiting.priority < priority);
    return at < 0 ? this.#waiting.length : at;
  }

  /** False when it does not wait. */
  remove(id: string): boolean {
    const at = this.#waiting.findIndex((waiting) => waiting.id === id);
    if (at >= 0) this.#waiting.splice(at, 1);
    return at >= 0;
  }
}
