/**
 * What happens next, earliest first; of several at one moment the one that was put in first. A binary
 * heap whose keys lie apart from what they stand for: a hundred thousand are compared without
 * touching one.
 */
export class Schedule<Item> {
  #atMs = new Float64Array(64);
  #order = new Float64Array(64);
  readonly #items: Item[] = [];
  #count = 0;

  get size(): number {
    return this.#items.length;
  }

  /** Infinite when nothing will happen. */
  get nextMs(): number {
    return this.size > 0 ? this.#atMs[0]! : Number.POSITIVE_INFINITY;
  }

  add(atMs: number, item: Item): void {
    if (this.size === this.#atMs.length) this.#grow();
    let index = this.#items.push(item) - 1;
    this.#atMs[index] = atMs;
    this.#order[index] = this.#count++;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  take(): Item | undefined {
    if (this.size === 0) return undefined;
    this.#swap(0, this.size - 1);
    const first = this.#items.pop();
    this.#sink();
    return first;
  }

  #sink(): void {
    const size = this.size;
    let index = 0;
    for (let left = 1; left < size; left = 2 * index + 1) {
      const right = left + 1;
      const child = right < size && this.#isBefore(right, left) ? right : left;
      if (!this.#isBefore(child, index)) return;
      this.#swap(child, index);
      index = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [x, y] = [this.#atMs[a]!, this.#atMs[b]!];
    return x < y || (x === y && this.#order[a]! < this.#order[b]!);
  }

  #swap(a: number, b: number): void {
    const [atMs, order, item] = [this.#atMs[a]!, this.#order[a]!, this.#items[a]!];
    this.#atMs[a] = this.#atMs[b]!;
    this.#order[a] = this.#order[b]!;
    this.#items[a] = this.#items[b]!;
    this.#atMs[b] = atMs;
    this.#order[b] = order;
    this.#items[b] = item;
  }

  #grow(): void {
    this.#atMs = doubled(this.#atMs);
    this.#order = doubled(this.#order);
  }
}

function doubled(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
