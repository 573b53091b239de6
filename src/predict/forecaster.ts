import type { ForecastSource, Quantiles } from '#model/forecast.ts';
import type { Sample } from '#model/sample.ts';

/** The resources of which several sources speak. */
export type ForecastResource = 'cpu' | 'memory';

/**
 * One belief about one resource of one instance: cores, or bytes of working set.
 * Lifecycle: (observe → forecast)*.
 */
export type Forecaster = {
  readonly source: ForecastSource;
  readonly resource: ForecastResource;
  /** Absent where what it says does not come from readings. */
  readonly observe?: (sample: Sample) => void;
  /**
   * The highest usage expected within `horizonMs` of the last reading; undefined while it has nothing
   * to say. Written into again at the next call.
   */
  readonly forecast: (horizonMs: number) => Readonly<Quantiles> | undefined;
};
