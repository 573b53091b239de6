import { FORECAST_SOURCES, type Combined } from '#model/forecast.ts';

const LEAST_SHOWN = 0.005;

/** Who believes it and how much each counts, most first: `progress 71 %, trend 29 %`. */
export function sourcesText({ weights }: Combined): string {
  return FORECAST_SOURCES.filter((source) => weights[source] >= LEAST_SHOWN)
    .sort((one, other) => weights[other] - weights[one])
    .map((source) => `${source} ${Math.round(weights[source] * 100)} %`)
    .join(', ');
}
