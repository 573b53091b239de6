/** Where a belief about the near future comes from. */
export type ForecastSource = 'prior' | 'history' | 'trend' | 'progress';

export type Quantiles = { readonly p50: number; readonly p95: number; readonly p99: number };

/** Usage expected within the horizon, as quantiles of its highest value. */
export type Forecast = {
  readonly horizonMs: number;
  readonly source: ForecastSource;
  readonly cpuCores: Quantiles;
  readonly memoryBytes: Quantiles;
  readonly ingressBitsPerSecond: Quantiles;
  readonly egressBitsPerSecond: Quantiles;
};
