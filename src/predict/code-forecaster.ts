import type { Ahead, Claim, CodeSource } from '#model/ahead.ts';
import { emptyQuantiles, type Quantiles } from '#model/forecast.ts';
import type { Sample } from '#model/sample.ts';
import type { Forecaster, ForecastResource } from './forecaster.ts';

/**
 * What one source of the code's next moments claims, as quantiles: usage may stay as it is, or go up
 * to the claim. Silent while it claims no more than is used. Lifecycle: forecast, after each time
 * that `ahead` and `sample` were written.
 */
export class CodeForecaster implements Forecaster {
  readonly source: CodeSource;
  readonly resource: ForecastResource;
  readonly #claim: Claim;
  readonly #sample: Sample;
  readonly #quantiles = emptyQuantiles();

  constructor(
    source: CodeSource,
    resource: ForecastResource,
    given: { readonly ahead: Ahead; readonly sample: Sample },
  ) {
    this.source = source;
    this.resource = resource;
    this.#claim = given.ahead.claims[source];
    this.#sample = given.sample;
  }

  forecast(): Readonly<Quantiles> | undefined {
    const isCpu = this.resource === 'cpu';
    const claimed = isCpu ? this.#claim.cpuCores : this.#claim.memoryBytes;
    if (claimed === 0) return undefined;
    const now = isCpu ? this.#sample.cpuCoresUsed : this.#sample.memoryWorkingSetBytes;
    if (claimed <= now) return undefined;
    const into = this.#quantiles;
    into.p50 = now;
    into.p90 = into.p95 = into.p99 = claimed;
    return into;
  }
}
