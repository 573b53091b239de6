import type { Ahead } from '#model/ahead.ts';
import type { Sample } from '#model/sample.ts';
import type { Site } from '#model/site.ts';

/** Giving CPU back for less than this, and the time that both changes take, is not worth the raise that follows. */
const SHORTEST_IDLE_MS = 150;
const QUICK_MS = 10;
/** CPU time within a reading that shows that something ran; a probe's own look takes less. */
const RAN_MS = 1;

type Wait = Site & { readonly kind: 'wait' };

/**
 * What a run waits for, and until when: a sleep that is as long as the code says, or an answer that
 * took so long before.
 * Lifecycle: observe (each reading), see (each look) → leftMs, giveBack; lose at its end.
 */
export class LastingWait {
  isUnderWay = false;
  #site: Wait | undefined;
  /** NaN while nothing says so. */
  #overAtMs = Number.NaN;
  #lastRanMs = 0;
  readonly #shortestIdleMs: number;

  readonly #areChangesSlow: boolean;

  constructor(actuationMs: number) {
    this.#areChangesSlow = actuationMs > QUICK_MS;
    this.#shortestIdleMs = SHORTEST_IDLE_MS + 2 * actuationMs;
  }

  observe({ atMs, intervalMs, cpuCoresUsed }: Sample): void {
    if (cpuCoresUsed * intervalMs > RAN_MS) this.#lastRanMs = atMs;
  }

  see(
    at: {
      readonly isUnderWay: boolean;
      readonly sites: readonly Site[];
      /** NaN where nothing is known. */
      readonly answerLeftMs: number;
    },
    nowMs: number,
  ): void {
    this.isUnderWay = at.isUnderWay;
    this.#site = at.sites.find((site): site is Wait => site.kind === 'wait');
    this.#overAtMs = at.isUnderWay ? this.#overAt(at.answerLeftMs, nowMs) : Number.NaN;
  }

  lose(): void {
    this.isUnderWay = false;
    this.#site = undefined;
    this.#overAtMs = Number.NaN;
  }

  /** Not a sleep that the code says to be shorter, which is a part of each round of a loop that is seen in it. */
  mayLast(ms: number): boolean {
    const { seconds = Number.POSITIVE_INFINITY } = this.#site ?? {};
    return this.isUnderWay && seconds * 1000 >= ms;
  }

  /** NaN where nothing says when it is over. */
  leftMs(nowMs: number): number {
    return Math.max(0, this.#overAtMs - nowMs);
  }

  /** A sleep whose length the code says gives CPU back as soon as it is seen; what is soon over keeps it. */
  giveBack(nowMs: number, into: Ahead): void {
    const leftMs = this.#overAtMs - nowMs;
    into.keepsCpu = this.#areChangesSlow && leftMs < this.#shortestIdleMs;
    if (into.keepsCpu) into.cpuIdle = false;
    if (this.#site?.seconds === undefined || into.cpuIdle || into.cpuCores > 0) return;
    if (!(leftMs >= this.#shortestIdleMs)) return;
    into.cpuIdle = true;
    into.cpuIdleText = waitText(this.#site);
  }

  /** What ends, for people. */
  get text(): string {
    return this.#site === undefined ? 'the answer' : waitText(this.#site);
  }

  /** The next of these times before its end that is yet to come; infinite where there is none. */
  nextMs(nowMs: number, leadsMs: readonly number[]): number {
    const leadMs = leadsMs.find((each) => this.#overAtMs - each > nowMs);
    return leadMs === undefined ? Number.POSITIVE_INFINITY : this.#overAtMs - leadMs;
  }

  /** A sleep began when something last ran. */
  #overAt(answerLeftMs: number, nowMs: number): number {
    const seconds = this.#site?.seconds;
    const overAtMs =
      seconds === undefined ? nowMs + answerLeftMs : this.#lastRanMs + seconds * 1000;
    return overAtMs >= nowMs ? overAtMs : Number.NaN;
  }
}

function waitText({ what, line, seconds }: Wait): string {
  return seconds === undefined
    ? `${what} in line ${line}`
    : `${what} of ${seconds} s in line ${line}`;
}
