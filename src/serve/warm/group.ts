import { arrived, NO_ARRIVALS, wantedInstances, type Arrivals } from '#launch/warm-size.ts';
import type { WarmInstance, WarmShape } from '#runtimes/types.ts';

/** Until it has been measured. */
const FIRST_REFILL_MS = 200;
const FIRST_BYTES = 64 * 2 ** 20;
/** One that others keep from coming up is not waited for. */
const LONGEST_WAIT_MS = 200;
/** Of the newest measurement. */
const SHARE = 0.3;
/** What does not come up is not tried again and again. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

type Waiting = (warm: WarmInstance | undefined) => void;

type Limits = { readonly min: number; readonly max: number; readonly idleMs: number };

/** The warm instances of one shape, and what is known of the executions that ask for it. */
export class WarmGroup {
  readonly shape: WarmShape;
  readonly ready: WarmInstance[] = [];
  starting = 0;
  /** An execution came and found none: whoever makes the next one does not make it for later. */
  isShort = false;
  readonly #waiting: Waiting[] = [];
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

  /**
   * One that is being made and that nobody else waits for: it comes up before one that is begun now.
   * Undefined when there is none, or when it does not come in time.
   */
  next(): Promise<WarmInstance | undefined> {
    this.isShort = true;
    if (this.#waiting.length >= this.starting) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<WarmInstance | undefined>();
    this.#waiting.push(resolve);
    const waitMs = Math.min(LONGEST_WAIT_MS, this.#refillMs);
    const late = setTimeout(() => this.#leave(resolve), waitMs);
    return promise.finally(() => clearTimeout(late));
  }

  made(warm: WarmInstance, tookMs: number): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(warm);
    else this.ready.push(warm);
    this.isShort = waiting !== undefined;
    this.#refillMs += (tookMs - this.#refillMs) * SHARE;
    this.#bytes = Math.round(Math.max(this.#bytes * (1 - SHARE), warm.memoryBytes()));
    this.#pauseMs = 0;
  }

  failed(nowMs: number): void {
    this.#waiting.pop()?.(undefined);
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, this.#pauseMs * 2));
    this.#pausedUntilMs = nowMs + this.#pauseMs;
  }

  /** It has ended by itself. */
  lost(warm: WarmInstance): boolean {
    const at = this.ready.indexOf(warm);
    if (at >= 0) this.ready.splice(at, 1);
    return at >= 0;
  }

  #leave(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting);
    if (at >= 0) this.#waiting.splice(at, 1);
    waiting(undefined);
  }
}
