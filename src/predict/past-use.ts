import type { Quantiles } from '#model/forecast.ts';

/** A horizon is seen in so many steps, */
const STEPS = 10;
/** and so much of the past, in horizons, is what the next one is expected to be like. */
const KEPT_HORIZONS = 30;
/** Fewer past horizons say too little. */
const FEWEST_HORIZONS = 3;
const KEPT = STEPS * KEPT_HORIZONS;
/** Of one forecast at a time. */
const OUTCOMES = new Float64Array(KEPT);

/**
 * The highest usage within a horizon, as it was within the past ones: their quantiles (historical
 * simulation: Hull, Options, Futures and Other Derivatives). `rises`: usage goes on from where it is,
 * as memory does, so that what is repeated is by how much it rose; else it goes back to where it was, as CPU does.
 * Example: in nine of ten past horizons of 3 s memory rose by less than 20 MB. It is 100 MB now: p90
 * is 120 MB. Lifecycle: (observe → forecast)*.
 */
export class PastUse {
  readonly horizonMs: number;
  readonly #rises: boolean;
  /** Per step, in a ring: the highest and the last reading. */
  readonly #highest = new Float32Array(KEPT);
  readonly #last = new Float32Array(KEPT);
  #step = -1;
  #steps = 0;
  #used = 0;

  constructor({ horizonMs, rises }: { readonly horizonMs: number; readonly rises: boolean }) {
    this.horizonMs = horizonMs;
    this.#rises = rises;
  }

  observe(atMs: number, used: number): void {
    const step = Math.floor((atMs * STEPS) / this.horizonMs);
    if (this.#steps === 0) this.#step = step - 1;
    // What was not read in between stayed as it was.
    this.#step = Math.max(this.#step, step - KEPT);
    while (this.#step < step) this.#begin(this.#steps === 0 ? used : this.#used);
    const slot = this.#step % KEPT;
    this.#highest[slot] = Math.max(this.#highest[slot]!, used);
    this.#last[slot] = used;
    this.#used = used;
  }

  /** Undefined until the run has lasted for three horizons. */
  forecast(): Quantiles | undefined {
    const count = this.#steps - STEPS;
    if (count < STEPS * (FEWEST_HORIZONS - 1)) return undefined;
    const outcomes = OUTCOMES.subarray(0, count);
    const first = this.#step - this.#steps + 1;
    for (let index = 0; index < count; index++) outcomes[index] = this.#outcome(first + index);
    outcomes.sort();
    const from = this.#rises ? this.#used : 0;
    const at = (share: number) =>
      Math.max(0, from + outcomes[Math.min(count, Math.ceil(share * (count + 1))) - 1]!);
    return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
  }

  #begin(used: number): void {
    this.#step++;
    this.#steps = Math.min(KEPT, this.#steps + 1);
    this.#highest[this.#step % KEPT] = used;
    this.#last[this.#step % KEPT] = used;
  }

  /** What came within the horizon after that step. */
  #outcome(step: number): number {
    let highest = 0;
    for (let next = step + 1; next <= step + STEPS; next++)
      highest = Math.max(highest, this.#highest[next % KEPT]!);
    return this.#rises ? highest - this.#last[step % KEPT]! : highest;
  }
}
