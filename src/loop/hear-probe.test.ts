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

const look = (pid: number) => line({ kind: 'at', pid, state: 'running', stack: [] });

/** Of a program that has used one core until 80 ms and then less: what is told then, and at 200 ms. */
function hearing(told: readonly string[], toldLater: readonly string[] = []) {
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
  const input: { startedMs?: number } = {};
  const forecasts = new Forecasts(WINDOWS, { ahead: live.ahead, sample, actuationMs: 0 });
  const read = (atMs: number, cpuCoresUsed: number) => {
    Object.assign(sample, { atMs, intervalMs: 20, cpuCoresUsed });
    forecasts.observe();
    return forecasts.forecast(30, emptyForecast()).cpuCores.room;
  };
  for (const atMs of [20, 40, 60, 80]) read(atMs, 1);
  for (const each of told) hearProbe({ live, forecasts, input }, each, 80);
  read(100, 0.3);
  const expected = read(120, 0.3);
  for (const atMs of [140, 160, 180, 200]) read(atMs, 1);
  for (const each of toldLater) hearProbe({ live, forecasts, input }, each, 200);
  read(220, 0.3);
  return { expected, expectedLater: read(240, 0.3), startedMs: input.startedMs };
}

test('what an interpreter started with is forgotten when its probe first speaks', () => {
  expect(hearing([]).expected).toBeGreaterThan(0.8);
  expect(hearing([]).startedMs).toBeUndefined();
  expect(hearing([START]).expected).toBeCloseTo(0.3);
  expect(hearing([START]).startedMs).toBe(80);
});

test('what looks starts beside the program, until its first look', () => {
  expect(hearing([START]).expectedLater).toBeGreaterThan(0.7);
  expect(hearing([START], [look(7)])).toMatchObject({ startedMs: 200 });
  expect(hearing([START], [look(7)]).expectedLater).toBeCloseTo(0.3);
  expect(hearing([START, look(7)], [look(7)]).expectedLater).toBeGreaterThan(0.7);
  expect(hearing([START], [look(8)]).startedMs).toBe(80);
});

test('garbage, and a process that starts when others run, make nothing forgotten', () => {
  expect(hearing(['{"v":1']).expected).toBeGreaterThan(0.8);
  expect(hearing([look(7), START]).expected).toBeGreaterThan(0.8);
});
