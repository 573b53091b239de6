import type { Quantiles } from '#model/forecast.ts';

/** Of each source's quantiles: half of what it believes lies up to p50, and so on. */
const MASS = { p50: 0.5, p90: 0.4, p95: 0.05, p99: 0.05 } as const;
const ROUNDING = 1e-9;
const MOST_SOURCES = 4;

/**
 * The quantiles of several beliefs together: the least value that they hold with enough of their
 * weight (a linear opinion pool). What one of five believes at p90 is believed by all at p99, so that
 * a source which knows of a jump is not averaged away by those that know nothing.
 * Lifecycle: clear → (add)* → write, again and again.
 */
export class Pool {
  readonly #values = new Float64Array(MOST_SOURCES * 4);
  readonly #masses = new Float64Array(MOST_SOURCES * 4);
  #size = 0;

  clear(): void {
    this.#size = 0;
  }

  /** The weights of all that are added are 1 in sum; at most four are. */
  add({ p50, p90, p95, p99 }: Readonly<Quantiles>, weight: number): void {
    this.#insert(p50, MASS.p50 * weight);
    this.#insert(p90, MASS.p90 * weight);
    this.#insert(p95, MASS.p95 * weight);
    this.#insert(p99, MASS.p99 * weight);
  }

  write(into: Quantiles): void {
    into.p50 = this.#values[this.#at(0.5)]!;
    into.p90 = this.#values[this.#at(0.9)]!;
    into.p95 = this.#values[this.#at(0.95)]!;
    into.p99 = this.#values[this.#at(0.99)]!;
  }

  #insert(value: number, mass: number): void {
    let slot = this.#size++;
    for (; slot > 0 && this.#values[slot - 1]! > value; slot--) {
      this.#values[slot] = this.#values[slot - 1]!;
      this.#masses[slot] = this.#masses[slot - 1]!;
    }
    this.#values[slot] = value;
    this.#masses[slot] = mass;
  }

  #at(level: number): number {
    let sum = 0;
    for (let slot = 0; slot < this.#size; slot++) {
      sum += this.#masses[slot]!;
      if (sum >= level - ROUNDING) return slot;
    }
    return this.#size - 1;
  }
}
