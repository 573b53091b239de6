import { emptyAhead } from '#model/ahead.ts';
import { emptyForecast } from '#model/forecast.ts';
import { emptySample } from '#model/sample.ts';
import { Forecasts } from '#predict/forecasts.ts';
import type { ForecastResource } from '#predict/forecaster.ts';
import { SmoothedCpu } from '#predict/trend/smoothed-cpu.ts';
import type { TrendSettings } from '#predict/trend/trend-settings.ts';
import { writeClaims, writeReading, type RecordedRun } from './readings.ts';

/** How often p95 held, and by how much it was too high: sums over forecasts. */
export type Coverage = {
  forecasts: number;
  held: number;
  /** Each forecast by how long it was the newest: a program is read the more often the more it changes. */
  ms: number;
  heldMs: number;
  /** Of the forecaster itself, before calibration. */
  ownHeld: number;
  /** Exceeded by more than 1 % of what came. */
  missed: number;
  /** Sum of p95 and of what came, in the resource's unit. */
  given: number;
  came: number;
};

/** `resource source` → coverage; the source `all` is the combination. */
export type Coverages = Map<string, Coverage>;

type Made = { readonly name: string; readonly p95: number; readonly own: number };

/** Replays one run at one horizon; each reading is a forecast, whose outcome is the highest usage until its horizon. */
export function coverageOf(run: RecordedRun, horizonMs: number, trend: TrendSettings): Coverages {
  const coverages: Coverages = new Map();
  for (const resource of ['memory', 'cpu'] as const) {
    const { used, made } = replay(run, { horizonMs, trend, resource });
    for (const [index, forecasts] of made.entries()) {
      const came = highest(run, used, { index, horizonMs });
      if (came === undefined) break;
      const ms = run.readings[index + 1]!.atMs - run.readings[index]!.atMs;
      for (const each of forecasts)
        count(coverages, `${resource} ${each.name}`, each, { came, ms });
    }
  }
  return coverages;
}

function replay(
  run: RecordedRun,
  how: {
    readonly horizonMs: number;
    readonly trend: TrendSettings;
    readonly resource: ForecastResource;
  },
) {
  const [ahead, sample, forecast] = [emptyAhead(), emptySample(), emptyForecast()];
  const forecasts = new Forecasts(how.trend, { ahead, sample, actuationMs: 0 });
  const smoothed = new SmoothedCpu();
  const combined = how.resource === 'cpu' ? forecast.cpuCores : forecast.memoryBytes;
  const used: number[] = [];
  const made: Made[][] = [];
  for (const reading of run.readings) {
    writeReading(reading, sample);
    smoothed.observe(sample);
    forecasts.observe();
    writeClaims(reading, ahead);
    forecasts.forecast(how.horizonMs, forecast);
    used.push(how.resource === 'cpu' ? smoothed.cores : reading.memoryBytes);
    const speaking = forecasts[how.resource].sources.flatMap(
      ({ forecaster, quantiles }): Made[] => {
        if (combined.weights[forecaster.source] === 0) return [];
        const own = forecaster.forecast(how.horizonMs)!.p95;
        return [{ name: forecaster.source, p95: quantiles.p95, own }];
      },
    );
    made.push([...speaking, { name: 'all', p95: combined.p95, own: Number.NaN }]);
  }
  return { used, made };
}

/** Until the first reading at or behind the horizon; undefined where the run ends before. */
function highest(
  { readings }: RecordedRun,
  used: readonly number[],
  { index, horizonMs }: { readonly index: number; readonly horizonMs: number },
): number | undefined {
  const dueMs = readings[index]!.atMs + horizonMs;
  let most = 0;
  for (let next = index + 1; next < readings.length; next++) {
    most = Math.max(most, used[next]!);
    if (readings[next]!.atMs >= dueMs) return most;
  }
  return undefined;
}

function count(
  coverages: Coverages,
  key: string,
  { p95, own }: Made,
  { came, ms }: { readonly came: number; readonly ms: number },
): void {
  const sums = coverages.get(key) ?? emptyCoverage();
  sums.forecasts++;
  sums.ms += ms;
  if (came <= p95) {
    sums.held++;
    sums.heldMs += ms;
  }
  if (came <= own) sums.ownHeld++;
  if (came > p95 * 1.01) sums.missed++;
  sums.given += p95;
  sums.came += came;
  coverages.set(key, sums);
}

export function emptyCoverage(): Coverage {
  return { forecasts: 0, held: 0, ms: 0, heldMs: 0, ownHeld: 0, missed: 0, given: 0, came: 0 };
}

export function addCoverage(into: Coverage, from: Coverage): void {
  for (const key of Object.keys(into) as (keyof Coverage)[]) into[key] += from[key];
}
