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
    const order = this.#count++;
    let hole = this.#items.push(item) - 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!isBefore(atMs, order, this.#atMs[parent]!, this.#order[parent]!)) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#put(hole, atMs, order, item);
  }

  take(): Item | undefined {
    if (this.size === 0) return undefined;
    const first = this.#items[0];
    const last = this.#items.pop()!;
    if (this.size > 0) this.#sink(this.#atMs[this.size]!, this.#order[this.size]!, last);
    return first;
  }

  /** From the top down: smaller ones move up until the place of this one is free. */
  #sink(atMs: number, order: number, item: Item): void {
    const size = this.size;
    const [allAtMs, allOrder] = [this.#atMs, this.#order];
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      const right = child + 1;
      if (
        right < size &&
        isBefore(allAtMs[right]!, allOrder[right]!, allAtMs[child]!, allOrder[child]!)
      )
        child = right;
      if (!isBefore(allAtMs[child]!, allOrder[child]!, atMs, order)) break;
      this.#move(child, hole);
      hole = child;
    }
    this.#put(hole, atMs, order, item);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#atMs[from]!, this.#order[from]!, this.#items[from]!);
  }

  #put(at: number, atMs: number, order: number, item: Item): void {
    this.#atMs[at] = atMs;
    this.#order[at] = order;
    this.#items[at] = item;
  }

  #grow(): void {
    this.#atMs = doubled(this.#atMs);
    this.#order = doubled(this.#order);
  }
}

function isBefore(atMs: number, order: number, otherMs: number, otherOrder: number): boolean {
  return atMs < otherMs || (atMs === otherMs && order < otherOrder);
}

function doubled(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
