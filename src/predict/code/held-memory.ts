import type { SiteWishes, Wish } from './site-wishes.ts';

/** Nothing tells when a line will be reached. An interpreter starts and imports in less. */
const LONGEST_HOLD_MS = 2000;

/**
 * Memory that was prepared for a site is not taken back before the run has come there, or has passed
 * it by; nor is it kept for one that does not come. Counted from when it was first prepared, however
 * often that is said again.
 * Lifecycle: hold (whenever it is prepared), see (each look) → bytes.
 */
export class HeldMemory {
  #site = '';
  #bytes = 0;
  #untilMs = 0;

  /** `bytes`: all that will be held when the site has run. */
  hold({ site }: Wish, bytes: number, nowMs: number): void {
    if (site === this.#site) {
      this.#bytes = Math.max(this.#bytes, bytes);
      return;
    }
    this.#site = site;
    this.#bytes = bytes;
    this.#untilMs = nowMs + LONGEST_HOLD_MS;
  }

  /** What can follow from where the run is now. */
  see(ahead: readonly SiteWishes[]): void {
    if (ahead.every(({ memoryBytes }) => memoryBytes?.site !== this.#site)) this.#site = '';
  }

  /** 0 while nothing is held. `leftMs`: until the run goes on; infinite where nothing says so. */
  bytes(leftMs: number, nowMs: number): number {
    if (this.#site === '' || nowMs > this.#untilMs) return 0;
    const comesTooLate = Number.isFinite(leftMs) && nowMs + leftMs > this.#untilMs;
    return comesTooLate ? 0 : this.#bytes;
  }
}
