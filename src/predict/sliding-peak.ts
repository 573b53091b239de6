const CAPACITY = 256;

/**
 * The highest value of the last `windowMs`, without allocation: a monotonic queue in two rings, so
 * that adding and asking cost O(1) on average. When more than 256 falling values fit the window the
 * oldest give way early, which at 50 readings a second takes 5 s of steady decline.
 */
export class SlidingPeak {
  readonly #values = new Float64Array(CAPACITY);
  readonly #times = new Float64Array(CAPACITY);
  #head = 0;
  #size = 0;
  windowMs: number;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  add(atMs: number, value: number): void {
    this.#expire(atMs);
    while (this.#size > 0 && this.#values[this.#slot(this.#size - 1)]! <= value) this.#size--;
    if (this.#size === CAPACITY) this.#dropOldest();
    const slot = this.#slot(this.#size++);
    this.#values[slot] = value;
    this.#times[slot] = atMs;
  }

  /** 0 before the first value. */
  peak(atMs: number): number {
    this.#expire(atMs);
    return this.#size > 0 ? this.#values[this.#head]! : 0;
  }

  #expire(atMs: number): void {
    // The newest value stays however old it is: between two readings nothing else is known.
    while (this.#size > 1 && this.#times[this.#head]! < atMs - this.windowMs) this.#dropOldest();
  }

  #dropOldest(): void {
    this.#head = (this.#head + 1) % CAPACITY;
    this.#size--;
  }

  #slot(offset: number): number {
    return (this.#head + offset) % CAPACITY;
  }
}
