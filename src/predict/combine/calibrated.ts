import { emptyQuantiles, type Quantiles } from '#model/forecast.ts';
import type { Sample } from '#model/sample.ts';
import type { Forecaster } from '../forecaster.ts';
import type { Beginnings } from './beginnings.ts';
import { pinballLoss } from './pinball-loss.ts';

/** Errors of that long ago count for a third. */
const MEMORY_MS = 5000;
/** Of one outcome in what is known, however rare outcomes are. */
const LARGEST_SHARE = 0.1;
/** How far one outcome moves a quantile, in units of what usage lately moved by. */
const STEP = 0.1;
/** The first outcomes move it further: step · (1 + 4 / (n + 4)). */
const FIRST_STEPS = 4;
const FIRST_OUTCOMES = 4;
/** What is known at the beginning counts as so many outcomes. */
const BEGINNING_OUTCOMES = 3;
/** Outcomes of longer horizons are rarer, and move it further in proportion. */
const USUAL_MS = 1000;
/** No quantile is moved further than by this many times what usage lately moved by. */
const FURTHEST = 20;

/** Where `#state` keeps what: how far p50, p90 and p95 are moved, in units of what usage may move by, */
const [MOVED_P50, MOVED_P90, MOVED_P95] = [0, 1, 2];
/** the forecast under way, as it was given and as the forecaster said it, */
const [GIVEN_P50, GIVEN_P90, GIVEN_P95] = [3, 4, 5];
const [OWN_P50, OWN_P90, OWN_P95, OWN_P99] = [6, 7, 8, 9];
const [MADE_MS, DUE_MS, USED, HIGHEST] = [10, 11, 12, 13];
/** and what past ones have shown: mean movement of usage within a horizon, mean loss, how many; */
const [MOVEMENT, LOSS, OUTCOMES, SETTLED_MS] = [14, 15, 16, 17];
/** the horizon that it began with. */
const BEGUN_MS = 18;
const STATE_SIZE = 19;

/**
 * A forecaster whose quantiles hold as often as they say, whatever it believes: each outcome moves
 * p50, p90 and p95 up by τ steps where usage went above them, and down by 1 − τ where it did not, so
 * that in the long run it is above in 1 − τ of all cases (adaptive conformal inference: Gibbs and Candès,
 * 2021; quantile tracking: Angelopoulos, Candès and Tibshirani, 2023). p99 is the forecaster's own, and
 * at least the moved p95: what happens once in a hundred cannot be learned from tens of outcomes.
 * It begins with what was seen of other programs, and takes the first outcomes for more of the same.
 * Example, a step of 2 MB: after usage above p95 it is 1.9 MB higher; after 19 that held, where it was.
 * Lifecycle: (observe → forecast)*. One forecast is under way at a time; it ends with the first
 * reading at or behind its horizon.
 */
export class Calibrated {
  readonly forecaster: Forecaster;
  /** Of the last forecast. */
  readonly quantiles = emptyQuantiles();
  /** p99 of the last forecast, as the forecaster says it. */
  ownP99 = 0;
  /** A forecast waits for its outcome. */
  isUnderWay = false;
  readonly #smallest: number;
  readonly #beginning: Beginnings;
  /** In one block of memory, because a thousand instances are visited in turn: see the names below. */
  readonly #state = new Float64Array(STATE_SIZE);

  /** `smallest`: what is no notable movement of this resource, in its unit. */
  constructor(
    forecaster: Forecaster,
    { smallest, beginning }: { readonly smallest: number; readonly beginning: Beginnings },
  ) {
    this.forecaster = forecaster;
    this.#smallest = smallest;
    this.#beginning = beginning;
  }

  /** What it has seen is over and does not come again. */
  forget(): void {
    this.isUnderWay = false;
    this.#state.fill(0);
  }

  /** `used` is what the forecast is of, in the resource's unit. */
  observe(sample: Sample, used: number): void {
    this.forecaster.observe?.(sample);
    if (!this.isUnderWay) return;
    const state = this.#state;
    if (used > state[HIGHEST]!) state[HIGHEST] = used;
    if (sample.atMs >= state[DUE_MS]!) this.#settle(sample.atMs);
  }

  /** Writes `quantiles`; false while the forecaster is silent. */
  forecast(nowMs: number, horizonMs: number, used: number): boolean {
    const own = this.forecaster.forecast(horizonMs);
    if (own === undefined) return false;
    if (this.#state[OUTCOMES] === 0 && this.#state[BEGUN_MS] !== horizonMs)
      this.#beginAt(horizonMs);
    this.#move(own, used);
    if (!this.isUnderWay) this.#begin(own, { nowMs, horizonMs, used });
    return true;
  }

  /** Mean pinball loss of what the forecaster said itself in the last seconds, in the resource's unit; fades while it is silent. */
  lossAt(nowMs: number): number {
    const silentMs = nowMs - this.#state[SETTLED_MS]!;
    return this.#state[LOSS]! * Math.exp(-silentMs / MEMORY_MS);
  }

  #move(own: Readonly<Quantiles>, used: number): void {
    const state = this.#state;
    const scale = Math.max(0, own.p95 - used) + state[MOVEMENT]! + this.#smallest;
    const into = this.quantiles;
    // Where they cross, the higher one stands: it is what room is made by.
    into.p95 = Math.max(0, own.p95 + state[MOVED_P95]! * scale);
    into.p90 = Math.min(into.p95, Math.max(0, own.p90 + state[MOVED_P90]! * scale));
    into.p50 = Math.min(into.p90, Math.max(0, own.p50 + state[MOVED_P50]! * scale));
    into.p99 = Math.max(into.p95, own.p99);
    this.ownP99 = own.p99;
  }

  /** Before there is an outcome. */
  #beginAt(horizonMs: number): void {
    const state = this.#state;
    const { movement, p50, p90, p95 } = this.#beginning(horizonMs);
    state[BEGUN_MS] = horizonMs;
    state[MOVEMENT] = movement;
    state[MOVED_P50] = p50;
    state[MOVED_P90] = p90;
    state[MOVED_P95] = p95;
  }

  #begin(
    own: Readonly<Quantiles>,
    at: { readonly nowMs: number; readonly horizonMs: number; readonly used: number },
  ): void {
    this.isUnderWay = true;
    const state = this.#state;
    state[MADE_MS] = at.nowMs;
    state[DUE_MS] = at.nowMs + at.horizonMs;
    state[USED] = at.used;
    state[HIGHEST] = 0;
    state[GIVEN_P50] = this.quantiles.p50;
    state[GIVEN_P90] = this.quantiles.p90;
    state[GIVEN_P95] = this.quantiles.p95;
    state[OWN_P50] = own.p50;
    state[OWN_P90] = own.p90;
    state[OWN_P95] = own.p95;
    state[OWN_P99] = own.p99;
  }

  #settle(nowMs: number): void {
    this.isUnderWay = false;
    const state = this.#state;
    const came = state[HIGHEST]!;
    const share = Math.min(LARGEST_SHARE, (nowMs - state[MADE_MS]!) / MEMORY_MS);
    const known = this.lossAt(state[MADE_MS]!);
    state[LOSS] = known + (this.#lossOf(came) - known) * share;
    const lastedMs = nowMs - state[MADE_MS]!;
    const rarer = Math.max(1, lastedMs / USUAL_MS);
    const step = STEP * rarer * (1 + FIRST_STEPS / (state[OUTCOMES]! + FIRST_OUTCOMES));
    state[OUTCOMES]!++;
    // The mean of all until there are enough for one of late.
    const newest = Math.max(share, 1 / (state[OUTCOMES]! + BEGINNING_OUTCOMES));
    state[MOVEMENT]! += (Math.abs(came - state[USED]!) - state[MOVEMENT]!) * newest;
    this.#learn(MOVED_P50, 0.5, came > state[GIVEN_P50]! ? step : -step);
    this.#learn(MOVED_P90, 0.9, came > state[GIVEN_P90]! ? step : -step);
    this.#learn(MOVED_P95, 0.95, came > state[GIVEN_P95]! ? step : -step);
    state[SETTLED_MS] = nowMs;
  }

  #lossOf(came: number): number {
    const state = this.#state;
    return (
      (pinballLoss(0.5, state[OWN_P50]!, came) +
        pinballLoss(0.9, state[OWN_P90]!, came) +
        pinballLoss(0.95, state[OWN_P95]!, came) +
        pinballLoss(0.99, state[OWN_P99]!, came)) /
      4
    );
  }

  #learn(index: number, level: number, step: number): void {
    const moved = this.#state[index]! + (step > 0 ? step * level : step * (1 - level));
    this.#state[index] = Math.min(FURTHEST, Math.max(-FURTHEST, moved));
  }
}
