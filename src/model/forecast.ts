/** Where a belief about the near future comes from. */
export const FORECAST_SOURCES = ['trend', 'prior', 'history', 'progress'] as const;
export type ForecastSource = (typeof FORECAST_SOURCES)[number];

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

/** `p95`: what will not be exceeded 95 times of a hundred. Never falls from `p50` to `p99`. */
export type Quantiles = { p50: number; p90: number; p95: number; p99: number };

/** What all sources that speak of one resource believe together. */
export type Combined = Quantiles & {
  /** The highest `p99` of those that count, as they say it: what room is made by. */
  room: number;
  /** What usage alone, whatever the code says, would make room for. */
  trendRoom: number;
  /** Whose belief `room` is. */
  leading: ForecastSource;
  /** How much each counts, by its recent error in this run: 0 for those that are silent, 1 in sum. */
  readonly weights: Record<ForecastSource, number>;
};

/**
 * The highest usage expected within the horizon, as quantiles. Like a sample it is written into
 * again and again; whoever keeps one copies it.
 */
export type Forecast = {
  horizonMs: number;
  readonly cpuCores: Combined;
  readonly memoryBytes: Combined;
  readonly ingressBitsPerSecond: Quantiles;
  readonly egressBitsPerSecond: Quantiles;
};

/**
 * The highest usage expected within a horizon that is longer than a resize takes: for who watches, and
 * not for a policy.
 */
export type Outlook = {
  readonly horizonMs: number;
  readonly cpuCores: Quantiles;
  readonly memoryBytes: Quantiles;
  readonly ingressBitsPerSecond: Quantiles;
  readonly egressBitsPerSecond: Quantiles;
};

export function emptyForecast(): Forecast {
  return {
    horizonMs: 0,
    cpuCores: emptyCombined(),
    memoryBytes: emptyCombined(),
    ingressBitsPerSecond: emptyQuantiles(),
    egressBitsPerSecond: emptyQuantiles(),
  };
}

export function emptyQuantiles(): Quantiles {
  return { p50: 0, p90: 0, p95: 0, p99: 0 };
}

export function copyQuantiles(from: Readonly<Quantiles>, into: Quantiles): void {
  into.p50 = from.p50;
  into.p90 = from.p90;
  into.p95 = from.p95;
  into.p99 = from.p99;
}

export function emptyCombined(): Combined {
  return {
    ...emptyQuantiles(),
    room: 0,
    trendRoom: 0,
    leading: 'trend',
    weights: { trend: 1, prior: 0, history: 0, progress: 0 },
  };
}

/** By hand, because `structuredClone` takes longer than all the rest of a tick. */
export function copyForecast(forecast: Forecast): Forecast {
  return {
    horizonMs: forecast.horizonMs,
    cpuCores: copyCombined(forecast.cpuCores),
    memoryBytes: copyCombined(forecast.memoryBytes),
    ingressBitsPerSecond: { ...forecast.ingressBitsPerSecond },
    egressBitsPerSecond: { ...forecast.egressBitsPerSecond },
  };
}

function copyCombined(combined: Combined): Combined {
  return { ...combined, weights: { ...combined.weights } };
}
