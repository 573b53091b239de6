import type { SamplingIntervals } from '#monitor/interval.ts';
import type { TrendSettings } from '#predict/trend.ts';
import { addInterval } from './account.ts';
import type { CapacityLedger } from './act.ts';
import { createIdleWatch, type IdleWatch } from './idle-watch.ts';
import { newManaged, type Managed, type ManagedOptions } from './managed.ts';
import { tick } from './tick.ts';

/** How often the loop looks whether anything is due. */
const BEAT_MS = 10;

export type ControllerOptions = {
  readonly ledger: CapacityLedger;
  readonly intervals: SamplingIntervals;
  readonly trend: TrendSettings;
  /** CPU time of all instances of this controller together, or -1 when that is not to be had. */
  readonly cpuUsecOfAll: () => number;
  readonly clock: () => number;
};

/**
 * The loop over all instances of this process. One timer serves them all; an instance is read when
 * it is due, when the kernel reports pressure, or when it wakes from idleness.
 * Lifecycle: add → (ticks) → remove; the timer runs while there is an instance.
 */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #managed = new Set<Managed>();
  readonly #idleWatch: IdleWatch;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#idleWatch = createIdleWatch(options.cpuUsecOfAll);
  }

  get size(): number {
    return this.#managed.size;
  }

  add(options: ManagedOptions): Managed {
    const managed = newManaged(options, this.#options.trend, this.#options.clock());
    managed.stopWatchingPressure = options.instance.onPressure(() => this.#wake(managed));
    this.#managed.add(managed);
    this.#timer ??= setTimeout(this.#beat, 0);
    return managed;
  }

  /** The instance has taken its last reading by itself, at its end; it completes the account. */
  remove(managed: Managed): void {
    if (!this.#managed.delete(managed)) return;
    managed.stopWatchingPressure();
    const { account, input } = managed;
    if (input.sample.atMs > managed.accountedMs)
      addInterval(account, input.sample, input.allocation);
    if (this.#managed.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** One beat of the loop: every instance that is due, in order. Public for benchmarks and replay. */
  runOnce(nowMs: number): void {
    const woken = this.#idleWatch.beat(this.#managed, nowMs, this.#options.intervals.idleMs);
    for (const managed of this.#managed) {
      if (nowMs < managed.dueMs && !(woken && this.#idleWatch.hasWoken(managed))) continue;
      tick(managed, this.#options, nowMs);
    }
  }

  readonly #beat = (): void => {
    const startedMs = this.#options.clock();
    this.runOnce(startedMs);
    if (this.#managed.size === 0) return;
    const elapsedMs = this.#options.clock() - startedMs;
    this.#timer = setTimeout(this.#beat, Math.max(1, BEAT_MS - elapsedMs));
  };

  #wake(managed: Managed): void {
    const nowMs = this.#options.clock();
    // Two notifications of one event must not make two readings with a meaningless interval.
    if (this.#managed.has(managed) && nowMs - managed.input.sample.atMs >= 1) {
      tick(managed, this.#options, nowMs);
    }
  }
}
