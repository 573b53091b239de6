/** Where a belief about the near future comes from. */
export type ForecastSource = 'prior' | 'history' | 'trend' | 'progress';

/** Where a value is expected to lie. */
export type Interval = { readonly low: number; readonly high: number };

/** How far the loop under way has come, and where it leads. */
export type LoopProgress = {
  /** Share of its rounds that are done. */
  readonly fraction: number;
  readonly secondsLeft: Interval;
  /** Working set at its end. */
  readonly peakBytes: Interval;
};

export type Quantiles = { p50: number; p95: number; p99: number };

/**
 * The highest usage expected within the horizon, as quantiles. Like a sample it is written into
 * again and again; whoever keeps one copies it.
 */
export type Forecast = {
  source: ForecastSource;
  horizonMs: number;
  readonly cpuCores: Quantiles;
  readonly memoryBytes: Quantiles;
  readonly ingressBitsPerSecond: Quantiles;
  readonly egressBitsPerSecond: Quantiles;
};

export function emptyForecast(): Forecast {
  const zero = (): Quantiles => ({ p50: 0, p95: 0, p99: 0 });
  return {
    source: 'trend',
    horizonMs: 0,
    cpuCores: zero(),
    memoryBytes: zero(),
    ingressBitsPerSecond: zero(),
    egressBitsPerSecond: zero(),
  };
}
