import type { Ahead, Claim, CodeSource } from '#model/ahead.ts';
import { emptyQuantiles, type Quantiles } from '#model/forecast.ts';
import type { Sample } from '#model/sample.ts';
import type { Forecaster, ForecastResource } from './forecaster.ts';

/**
 * What one source of the code's next moments claims, as quantiles: usage may stay as it is, or go up
 * to the claim. A claim is of the lead time; what comes after it goes on as usage alone lets expect.
 * Silent while it claims no more than is used. Lifecycle: forecast, after each time that `ahead` and
 * `sample` were written.
 */
export class CodeForecaster implements Forecaster {
  readonly source: CodeSource;
  readonly resource: ForecastResource;
  readonly #claim: Claim;
  readonly #sample: Sample;
  readonly #trend: Forecaster;
  readonly #leadMs: number;
  readonly #quantiles = emptyQuantiles();

  constructor(
    source: CodeSource,
    given: {
      readonly ahead: Ahead;
      readonly sample: Sample;
      /** Of the same resource. */
      readonly trend: Forecaster;
      /** How far ahead the code's claims look. */
      readonly leadMs: number;
    },
  ) {
    this.source = source;
    this.resource = given.trend.resource;
    this.#claim = given.ahead.claims[source];
    this.#sample = given.sample;
    this.#trend = given.trend;
    this.#leadMs = given.leadMs;
  }

  forecast(horizonMs: number): Readonly<Quantiles> | undefined {
    const isCpu = this.resource === 'cpu';
    const claimed = isCpu ? this.#claim.cpuCores : this.#claim.memoryBytes;
    if (claimed === 0) return undefined;
    const now = isCpu ? this.#sample.cpuCoresUsed : this.#sample.memoryWorkingSetBytes;
    if (claimed <= now) return undefined;
    const into = this.#quantiles;
    into.p50 = now;
    into.p90 = into.p95 = into.p99 = claimed;
    if (horizonMs > this.#leadMs) this.#goOn(horizonMs, now);
    return into;
  }

  #goOn(horizonMs: number, now: number): void {
    const after = this.#trend.forecast(horizonMs);
    if (after === undefined) return;
    const into = this.#quantiles;
    into.p90 += Math.max(0, after.p90 - now);
    into.p95 += Math.max(0, after.p95 - now);
    into.p99 += Math.max(0, after.p99 - now);
  }
}
