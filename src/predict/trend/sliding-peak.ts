/** Powers of two: a slot is found by a mask, at a fraction of what a remainder takes. */
const FIRST_CAPACITY = 16;
const MOST = 256;

/**
 * The highest value of the last `windowMs`, without allocation: a monotonic queue in two rings, so
 * that adding and asking cost O(1) on average. When more than 256 falling values fit the window the
 * oldest give way early, which at 50 readings a second takes 5 s of steady decline.
 */
export class SlidingPeak {
  #capacity = FIRST_CAPACITY;
  #values = new Float64Array(FIRST_CAPACITY);
  #times = new Float64Array(FIRST_CAPACITY);
  #head = 0;
  #size = 0;
  windowMs: number;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  add(atMs: number, value: number): void {
    this.#expire(atMs);
    while (this.#size > 0 && this.#values[this.#slot(this.#size - 1)]! <= value) this.#size--;
    if (this.#size === this.#capacity) this.#makeRoom();
    const slot = this.#slot(this.#size++);
    this.#values[slot] = value;
    this.#times[slot] = atMs;
  }

  clear(): void {
    this.#size = 0;
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

  /** Few are needed as a rule, and thousands of instances have six of these each. */
  #makeRoom(): void {
    if (this.#capacity === MOST) return this.#dropOldest();
    const [values, times] = [this.#values, this.#times];
    const larger = this.#capacity * 2;
    this.#values = new Float64Array(larger);
    this.#times = new Float64Array(larger);
    for (let offset = 0; offset < this.#size; offset++) {
      this.#values[offset] = values[this.#slot(offset)]!;
      this.#times[offset] = times[this.#slot(offset)]!;
    }
    this.#head = 0;
    this.#capacity = larger;
  }

  #dropOldest(): void {
    this.#head = (this.#head + 1) & (this.#capacity - 1);
    this.#size--;
  }

  #slot(offset: number): number {
    return (this.#head + offset) & (this.#capacity - 1);
  }
}
