import { copyQuantiles, type Combined, type ForecastSource } from '#model/forecast.ts';
import type { Sample } from '#model/sample.ts';
import type { Forecaster } from '../forecaster.ts';
import type { Beginnings } from './beginnings.ts';
import { Calibrated } from './calibrated.ts';
import { Pool } from './pool.ts';

/** What the first source has at least: usage is seen, all else is inferred. */
const LEAST_OF_FIRST = 0.05;
/** With less weight than this a source makes no room. */
const LEAST_HEARD = 0.01;
/** A pinball loss of this share of a notable amount is none. */
const NO_LOSS = 0.02;

export type CombinerSettings = {
  /** What is no movement of usage, in the resource's unit. */
  readonly smallest: number;
  /** Per source: what is known of its errors before there is an outcome. */
  readonly beginnings: Readonly<Record<ForecastSource, Beginnings>>;
  /** An error that is worth speaking of, in the resource's unit. */
  readonly notable: number;
  /** True when none but the first can have anything to say, which costs less. */
  readonly isAlone: () => boolean;
};

/**
 * All sources of one resource of one instance as one forecast. Each is calibrated, and counts by
 * 1 / (loss + none)², the pinball loss of what it said in the last seconds and what is too little to tell. A source
 * that has not erred, or has long been silent, is believed as much as any.
 * Example: a claim of 800 MB beside a calm trend begins with half of the weight. After some 0.15 s in
 * which it did not come true it has less than a hundredth, and the room is the trend's.
 * Lifecycle: (observe → forecast)*.
 */
export class Combiner {
  /** The first speaks always. */
  readonly sources: readonly Calibrated[];
  readonly #settings: CombinerSettings;
  readonly #pool = new Pool();
  readonly #weights: Float64Array;
  readonly #othersObserve: boolean;
  #used = 0;
  #othersUnderWay = false;

  constructor(forecasters: readonly [Forecaster, ...Forecaster[]], settings: CombinerSettings) {
    this.#settings = settings;
    const { smallest, beginnings } = settings;
    this.sources = forecasters.map(
      (each) => new Calibrated(each, { smallest, beginning: beginnings[each.source] }),
    );
    this.#othersObserve = forecasters.slice(1).some(({ observe }) => observe !== undefined);
    this.#weights = new Float64Array(forecasters.length);
  }

  observe(sample: Sample, used: number): void {
    this.#used = used;
    this.sources[0]!.observe(sample, used);
    if (!this.#othersUnderWay && !this.#othersObserve) return;
    this.#othersUnderWay = false;
    for (let index = 1; index < this.sources.length; index++) {
      const source = this.sources[index]!;
      source.observe(sample, used);
      if (source.isUnderWay) this.#othersUnderWay = true;
    }
  }

  /** What it has seen is over and does not come again. */
  forget(): void {
    for (const source of this.sources) source.forget();
  }

  forecast(nowMs: number, horizonMs: number, into: Combined): void {
    const isAlone = this.#settings.isAlone() || this.#weigh(nowMs, horizonMs) === 1;
    if (isAlone) return this.#first(nowMs, horizonMs, into);
    this.#othersUnderWay = true;
    this.#tellWeights(into);
    this.#pool.clear();
    for (const [index, { quantiles }] of this.sources.entries())
      if (this.#weights[index]! > 0) this.#pool.add(quantiles, this.#weights[index]!);
    this.#pool.write(into);
    this.#makeRoom(into);
  }

  #first(nowMs: number, horizonMs: number, into: Combined): void {
    const source = this.sources[0]!;
    source.forecast(nowMs, horizonMs, this.#used);
    copyQuantiles(source.quantiles, into);
    into.room = into.trendRoom = source.ownP99;
    into.leading = source.forecaster.source;
    // Its weight may be 1 without the others' having been written as nothing.
    if (into.weights[into.leading] === 1) return;
    this.#weights.fill(0);
    this.#weights[0] = 1;
    this.#tellWeights(into);
  }

  /** Whoever was mostly wrong of late does not take room any more. */
  #makeRoom(into: Combined): void {
    into.room = 0;
    into.trendRoom = this.sources[0]!.ownP99;
    for (let index = 0; index < this.sources.length; index++) {
      const source = this.sources[index]!;
      if (this.#weights[index]! < LEAST_HEARD || source.ownP99 <= into.room) continue;
      into.room = source.ownP99;
      into.leading = source.forecaster.source;
    }
  }

  #tellWeights({ weights }: Combined): void {
    for (const [index, { forecaster }] of this.sources.entries())
      weights[forecaster.source] = this.#weights[index]!;
  }

  /** Returns how many speak. */
  #weigh(nowMs: number, horizonMs: number): number {
    const none = this.#settings.notable * NO_LOSS;
    let speaking = 0;
    let sum = 0;
    for (let index = 0; index < this.sources.length; index++) {
      const source = this.sources[index]!;
      const speaks = source.forecast(nowMs, horizonMs, this.#used);
      const weight = speaks ? 1 / (source.lossAt(nowMs) / none + 1) ** 2 : 0;
      this.#weights[index] = weight;
      sum += weight;
      if (speaks) speaking++;
    }
    if (speaking > 1) this.#normalise(sum);
    return speaking;
  }

  #normalise(sum: number): void {
    const weights = this.#weights;
    for (let index = 0; index < weights.length; index++) weights[index]! /= sum;
    const first = weights[0]!;
    if (first >= LEAST_OF_FIRST) return;
    const share = (1 - LEAST_OF_FIRST) / (1 - first);
    for (let index = 1; index < weights.length; index++) weights[index]! *= share;
    weights[0] = LEAST_OF_FIRST;
  }
}
