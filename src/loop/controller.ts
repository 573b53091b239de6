import type { SamplingIntervals } from '#monitor/interval.ts';
import type { TrendSettings } from '#predict/trend/trend-settings.ts';
import { accountFor } from './account.ts';
import type { CapacityLedger } from './act.ts';
import { hearHint } from './hear-hint.ts';
import { hearProbe } from './hear-probe.ts';
import { createIdleWatch, type IdleWatch } from './idle-watch.ts';
import { createNegotiator, type ClaimBook } from './negotiate.ts';
import { createReliever, type NodeRelief, type Reliever } from './relief.ts';
import { newManaged, type Managed, type ManagedOptions } from './managed.ts';
import { tick } from './tick.ts';

/** The loop never sleeps longer while an instance is idle: it may wake. */
const IDLE_SLEEP_MS = 20;
const LONGEST_SLEEP_MS = 100;
/** A timer counts whole milliseconds from the last one that began: what is due by then is read with it. */
const TIMER_EARLY_MS = 1;

export type ControllerOptions = {
  readonly ledger: CapacityLedger;
  /** Absent where no other claims on the node exist. */
  readonly claims?: ClaimBook;
  /** Absent where the node's memory is somebody else's to watch. */
  readonly relief?: NodeRelief;
  readonly intervals: SamplingIntervals;
  readonly trend: TrendSettings;
  /** CPU time of all instances of this controller together, or -1 when that is not to be had. */
  readonly cpuUsecOfAll: () => number;
  readonly clock: () => number;
};

/**
 * The loop over all instances of this process. One timer serves them all; an instance is read when
 * it is due, when the kernel reports pressure, or when it wakes from idleness.
 * Lifecycle: add → (ticks) → remove, until stop; the timer runs while there is an instance.
 */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #managed = new Set<Managed>();
  readonly #idleWatch: IdleWatch;
  readonly #negotiator: ReturnType<typeof createNegotiator>;
  readonly #reliever: Reliever;
  #timer: NodeJS.Timeout | undefined;
  #wakesAtMs = 0;
  #stopHearing: (() => void) | undefined;
  #isStopped = false;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#negotiator = createNegotiator(options.claims);
    this.#reliever = createReliever(options.relief);
    this.#idleWatch = createIdleWatch(options.cpuUsecOfAll);
  }

  get size(): number {
    return this.#managed.size;
  }

  add(options: ManagedOptions): Managed {
    const managed = newManaged(options, this.#options.trend, this.#options.clock());
    managed.stopWatchingPressure = options.instance.onPressure(() => this.#wake(managed));
    managed.stopListening = options.instance.onMessage((line, answer) =>
      this.#hear(managed, line, answer),
    );
    this.#managed.add(managed);
    this.#stopHearing ??= this.#options.claims?.onRing(this.#ring);
    this.#timer ??= setTimeout(this.#beat, 0);
    return managed;
  }

  /** The instance has taken its last reading by itself, at its end; it completes the account. */
  remove(managed: Managed): void {
    if (!this.#managed.delete(managed)) return;
    managed.removed = true;
    managed.stopWatchingPressure();
    managed.stopListening();
    managed.outside.close();
    accountFor(managed);
    if (this.#managed.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stopHearing?.();
    this.#stopHearing = undefined;
  }

  /** Instances go on as they are, without a controller: the books that it writes to may be closed. */
  stop(): void {
    this.#isStopped = true;
    // A resize that settles from here on is told to nobody.
    for (const managed of this.#managed) managed.removed = true;
    clearTimeout(this.#timer);
    this.#stopHearing?.();
  }

  /**
   * One beat of the loop: every instance that is due, in order. Returns when the next one is due.
   * Public for benchmarks and replay.
   */
  runOnce(nowMs: number): number {
    let nextMs = Math.min(nowMs + LONGEST_SLEEP_MS, this.#reliever.look(this.#managed, nowMs));
    this.#negotiator.look(this.#managed, nowMs);
    nextMs = Math.min(nextMs, this.#negotiator.nextMs());
    const woken = this.#idleWatch.beat(this.#managed, nowMs);
    for (const managed of this.#managed) {
      if (woken && this.#idleWatch.hasWoken(managed)) {
        this.#tick(managed, nowMs, this.#idleWatch.quietUntilMs());
      } else if (nowMs + TIMER_EARLY_MS > managed.dueMs) this.#tick(managed, nowMs);
      // An instance that is gone stays due until it is removed; it must not keep the loop spinning.
      if (managed.dueMs > nowMs) nextMs = Math.min(nextMs, managed.dueMs);
      if (managed.isIdle) nextMs = Math.min(nextMs, nowMs + IDLE_SLEEP_MS);
    }
    return nextMs;
  }

  readonly #beat = (): void => {
    const nextMs = this.runOnce(this.#options.clock());
    if (this.#managed.size === 0 || this.#isStopped) return;
    this.#sleepUntil(nextMs);
  };

  #sleepUntil(nextMs: number): void {
    this.#wakesAtMs = nextMs;
    const sleepMs = Math.ceil(nextMs - this.#options.clock());
    this.#timer = setTimeout(this.#beat, Math.max(1, sleepMs));
  }

  /** Claims have changed: whoever has to give way does so now, not at the next beat. */
  readonly #ring = (): void => {
    const nowMs = this.#options.clock();
    if (this.#timer === undefined) return;
    const isUrgent = this.#negotiator.look(this.#managed, nowMs);
    if (!isUrgent && this.#negotiator.nextMs() >= this.#wakesAtMs) return;
    clearTimeout(this.#timer);
    if (isUrgent) this.#beat();
    else this.#sleepUntil(this.#negotiator.nextMs());
  };

  /** A probe that saw the run move to another place is answered at the next beat. */
  #hear(managed: Managed, line: string, answer?: (text: string) => void): void {
    if (this.#isStopped) return;
    const nowMs = this.#options.clock();
    const hinted = hearHint(managed, line, nowMs, () => {
      managed.dueMs = nowMs;
      this.#wake(managed);
    });
    if (hinted !== undefined) return answer?.(hinted);
    if (hearProbe(managed, line, nowMs)) managed.dueMs = nowMs;
  }

  #wake(managed: Managed): void {
    if (this.#isStopped) return;
    const nowMs = this.#options.clock();
    // Two notifications of one event must not make two readings with a meaningless interval.
    if (this.#managed.has(managed) && nowMs - managed.input.sample.atMs >= 1) {
      this.#tick(managed, nowMs);
    }
  }

  /**
   * Instances that are read equally often are read together: to wake costs more than to read. What is near
   * a limit is read when it is due, and what is idle comes in batches already.
   */
  #readWithOthers(managed: Managed, nowMs: number): void {
    const { nearMs, idleMs } = this.#options.intervals;
    const { intervalMs } = managed;
    const isOrdinary = intervalMs > nearMs && intervalMs < idleMs;
    if (!isOrdinary || managed.dueMs !== nowMs + intervalMs) return;
    managed.dueMs = Math.round(nowMs / intervalMs + 1) * intervalMs;
  }

  /** What goes wrong with one instance is no reason to stop looking after the others. */
  #tick(managed: Managed, nowMs: number, quietUntilMs?: number): void {
    try {
      tick(managed, this.#options, nowMs, quietUntilMs);
      this.#readWithOthers(managed, nowMs);
    } catch (error) {
      this.remove(managed);
      managed.events.onFault(error);
    }
  }
}
