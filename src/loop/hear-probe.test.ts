import { expect, test } from 'vitest';
import { unknownProfile } from '#analyze/unknown-profile.ts';
import { mapAllocation } from '#model/allocation.ts';
import { emptyForecast } from '#model/forecast.ts';
import { NOTHING_KNOWN } from '#model/known-input.ts';
import { emptySample } from '#model/sample.ts';
import { Forecasts } from '#predict/forecasts.ts';
import { hearProbe } from './hear-probe.ts';
import { newLive } from './live.ts';

const WINDOWS = { cpuWindowMs: 300, memoryWindowMs: 2000, networkWindowMs: 2000, memorySafety: 3 };
const line = (fields: object) => JSON.stringify({ v: 1, pid: 7, t: 1, ...fields });
const START = line({ kind: 'start', language: 'python' });

/** What is told at 80 ms of a program that has used one core until then, and what is expected after it. */
function expectedAfter(...lines: readonly string[]): number {
  const most = mapAllocation(() => 1e9);
  const live = newLive(
    {
      profile: unknownProfile({ language: 'python', reason: 'not read' }),
      places: [],
      knownInput: NOTHING_KNOWN,
      constraints: { min: most, max: most, priority: 50, mode: 'auto' },
      actuationMs: 1,
    },
    0,
  );
  const sample = emptySample();
  const forecasts = new Forecasts(WINDOWS, { ahead: live.ahead, sample });
  const read = (atMs: number, cpuCoresUsed: number) => {
    Object.assign(sample, { atMs, intervalMs: 20, cpuCoresUsed });
    forecasts.observe();
    return forecasts.forecast(30, emptyForecast()).cpuCores.p99;
  };
  for (const atMs of [20, 40, 60, 80]) read(atMs, 1);
  for (const each of lines) hearProbe({ live, forecasts }, each, 80);
  read(100, 0.3);
  return read(120, 0.3);
}

test('what an interpreter started with is forgotten when its probe first speaks', () => {
  expect(expectedAfter()).toBeGreaterThan(0.8);
  expect(expectedAfter(START)).toBeCloseTo(0.3);
});

test('garbage, and a process that starts when others run, make nothing forgotten', () => {
  expect(expectedAfter('{"v":1')).toBeGreaterThan(0.8);
  expect(expectedAfter(line({ kind: 'at', state: 'running', stack: [] }), START)).toBeGreaterThan(
    0.8,
  );
});
