import type { Ahead } from '#model/ahead.ts';

/** What one answer brings while several are under way: 2 MB in a second. */
export const BITS_PER_CALL = 16e6;
export const MOST_CALLS_AT_ONCE = 8;
const FEWEST_CALLS = 3;
/** The raise holds until answers show what they take. */
const BURST_MS = 250;

/**
 * Calls that are under way at once will be answered at once: their rate is there before the answers
 * queue. Lifecycle: see (whenever calls were told of) → ahead.
 */
export class CallBurst {
  #underWay = 0;
  #untilMs = 0;

  see(underWay: number, nowMs: number): void {
    if (underWay >= FEWEST_CALLS && underWay > this.#underWay) this.#untilMs = nowMs + BURST_MS;
    this.#underWay = underWay;
  }

  ahead(nowMs: number, into: Ahead): void {
    if (nowMs >= this.#untilMs) return;
    const bitsPerSecond = Math.min(MOST_CALLS_AT_ONCE, this.#underWay) * BITS_PER_CALL;
    if (bitsPerSecond <= into.ingressBitsPerSecond) return;
    into.ingressBitsPerSecond = bitsPerSecond;
    into.networkText = `${this.#underWay} calls are under way at once`;
  }
}
