import { signal } from '@preact/signals';

export type Range = { readonly min: number; readonly max: number };

const SHORTEST_SECONDS = 0.05;
/** A picture that was not moved for so long is still. */
const STILL_MS = 150;

/** The part of a run that all its charts show together; undefined: all of it, and what comes. */
export class TimeRange {
  readonly chosen = signal<Range | undefined>(undefined);
  /** All that there is. */
  whole: Range = { min: 0, max: 1 };
  #movedMs = Number.NEGATIVE_INFINITY;
  #pointedMs = Number.NEGATIVE_INFINITY;

  get shown(): Range {
    return this.chosen.value ?? this.whole;
  }

  /** Until nobody is moving it any more; 0 when nobody is. */
  get stillInMs(): number {
    return Math.max(0, this.#movedMs + STILL_MS - performance.now());
  }

  /** Somebody moves it, or a pointer over it. */
  get isInUse(): boolean {
    return this.stillInMs > 0 || performance.now() - this.#pointedMs < STILL_MS;
  }

  /** A pointer was moved over one of its pictures. */
  point(): void {
    this.#pointedMs = performance.now();
  }

  choose(min: number, max: number): void {
    this.#movedMs = performance.now();
    const length = Math.max(SHORTEST_SECONDS, max - min);
    const from = Math.max(this.whole.min, Math.min(min, this.whole.max - length));
    const isAll = length >= this.whole.max - this.whole.min;
    this.chosen.value = isAll ? undefined : { min: from, max: from + length };
  }

  /** Below 1 zooms in; `around` stays where it is. */
  zoom(factor: number, around?: number): void {
    const { min, max } = this.shown;
    const centre = around ?? (min + max) / 2;
    this.choose(centre - (centre - min) * factor, centre + (max - centre) * factor);
  }

  /** By a share of what is shown. */
  pan(share: number): void {
    const { min, max } = this.shown;
    const by = (max - min) * share;
    this.choose(min + by, max + by);
  }

  reset(): void {
    this.#movedMs = performance.now();
    this.chosen.value = undefined;
  }
}
