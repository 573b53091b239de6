import type { Quantiles } from '#model/forecast.ts';

/** Usage is as it is now, or goes up to where it lately was. */
export function recentPeak(into: Quantiles, now: number, peak: number): Readonly<Quantiles> {
  into.p50 = now;
  into.p90 = into.p95 = into.p99 = Math.max(now, peak);
  return into;
}
