/** Whoever asks for what is being made already waits for that. Lifecycle: (get)*. */
export class UnderWay<T> {
  readonly #making = new Map<string, Promise<T>>();

  get(name: string, make: () => Promise<T>): Promise<T> {
    const under = this.#making.get(name);
    if (under) return under;
    const made = make().finally(() => this.#making.delete(name));
    this.#making.set(name, made);
    return made;
  }
}
