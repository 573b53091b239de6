import { arrived, NO_ARRIVALS, wantedInstances, type Arrivals } from '#launch/warm-size.ts';
import type { WarmInstance, WarmShape } from '#runtimes/types.ts';

/** Until it has been measured. */
const FIRST_REFILL_MS = 200;
const FIRST_BYTES = 64 * 2 ** 20;
/** Of the newest measurement. */
const SHARE = 0.3;
/** What does not come up is not tried again and again. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

type Limits = { readonly min: number; readonly max: number; readonly idleMs: number };

/** The warm instances of one shape, and what is known of the executions that ask for it. */
export class WarmGroup {
  readonly shape: WarmShape;
  readonly ready: WarmInstance[] = [];
  starting = 0;
  #arrivals: Arrivals = NO_ARRIVALS;
  #refillMs = FIRST_REFILL_MS;
  #bytes = FIRST_BYTES;
  #pauseMs = 0;
  #pausedUntilMs = 0;

  constructor(shape: WarmShape) {
    this.shape = shape;
  }

  get usedAtMs(): number {
    return this.#arrivals.atMs;
  }

  /** Of all that it has, and of those that are being made. */
  get bytes(): number {
    return (this.ready.length + this.starting) * this.#bytes;
  }

  get bytesEach(): number {
    return this.#bytes;
  }

  arrived(nowMs: number): void {
    this.#arrivals = arrived(this.#arrivals, nowMs);
  }

  wanted(nowMs: number, limits: Limits): number {
    return wantedInstances({
      arrivals: this.#arrivals,
      refillMs: this.#refillMs,
      nowMs,
      ...limits,
    });
  }

  mayStart(nowMs: number): boolean {
    return nowMs >= this.#pausedUntilMs;
  }

  made(warm: WarmInstance, tookMs: number): void {
    this.ready.push(warm);
    this.#refillMs += (tookMs - this.#refillMs) * SHARE;
    this.#bytes = Math.round(Math.max(this.#bytes * (1 - SHARE), warm.memoryBytes()));
    this.#pauseMs = 0;
  }

  failed(nowMs: number): void {
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, this.#pauseMs * 2));
    this.#pausedUntilMs = nowMs + this.#pauseMs;
  }

  /** It has ended by itself. */
  lost(warm: WarmInstance): boolean {
    const at = this.ready.indexOf(warm);
    if (at >= 0) this.ready.splice(at, 1);
    return at >= 0;
  }
}
