import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptySample } from '#model/sample.ts';
import { seededRandom } from '#simulate/random.ts';
import { Calibrated } from './calibrated.ts';
import { pinballLoss } from './pinball-loss.ts';

const NOTHING = { movement: 0, p50: 0, p90: 0, p95: 0 };
const SETTINGS = { smallest: 64 * 1024, beginning: () => NOTHING };
const STEP_MS = 60;
/** Outcomes until it has found its way from a belief that was far off. */
const LEARNING = 1000;

/**
 * How often usage stayed at or below p50, p90, p95 and p99 of a forecast made at the reading before, by
 * a source that believes that it goes up by `reach`.
 */
function coverage(usage: readonly number[], reach: number) {
  const own = { p50: 0, p90: 0, p95: 0, p99: 0 };
  const calibrated = new Calibrated(
    { source: 'prior', resource: 'memory', forecast: () => own },
    SETTINGS,
  );
  const sample = emptySample();
  const held = { p50: 0, p90: 0, p95: 0, p99: 0 };
  for (const [index, used] of usage.entries()) {
    if (index > LEARNING)
      for (const key of ['p50', 'p90', 'p95', 'p99'] as const)
        if (used <= calibrated.quantiles[key]) held[key] += 1 / (usage.length - 1 - LEARNING);
    sample.atMs = index * STEP_MS;
    calibrated.observe(sample, used);
    own.p50 = own.p90 = own.p95 = own.p99 = used + reach;
    calibrated.forecast(sample.atMs, STEP_MS, used);
  }
  return held;
}

/** Up by far one time in ten, as programs use memory. */
function jumpy(seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: 5000 }, () => {
    const jump = random() < 0.1 ? 100e6 : 5e6;
    return 100e6 + random() * jump;
  });
}

test('quantiles hold as often as they say, however wrong the belief', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.constantFrom(0, 1e6, 20e6, 100e6, 500e6),
      (seed, reach) => {
        const held = coverage(jumpy(seed), reach);
        expect(held.p95).toBeGreaterThan(0.93);
        expect(held.p95).toBeLessThan(0.97);
        expect(held.p90).toBeGreaterThan(0.87);
        expect(held.p90).toBeLessThan(0.93);
        expect(held.p50).toBeGreaterThan(0.45);
        expect(held.p50).toBeLessThan(0.55);
        expect(held.p99).toBeGreaterThanOrEqual(held.p95);
      },
    ),
    { numRuns: 20 },
  );
});

test('a reading that is taken before the horizon has passed settles nothing', () => {
  const own = { p50: 10, p90: 10, p95: 10, p99: 10 };
  const calibrated = new Calibrated(
    { source: 'prior', resource: 'cpu', forecast: () => own },
    SETTINGS,
  );
  calibrated.forecast(0, 1000, 10);
  calibrated.observe({ ...emptySample(), atMs: 900 }, 500);
  expect([calibrated.isUnderWay, calibrated.lossAt(900)]).toEqual([true, 0]);
  calibrated.observe({ ...emptySample(), atMs: 1000 }, 20);
  expect(calibrated.isUnderWay).toBe(false);
  expect(calibrated.lossAt(1000)).toBeGreaterThan(0);
  expect(calibrated.lossAt(60_000)).toBeLessThan(calibrated.lossAt(1000) / 1000);
});

test('what exceeds a high quantile costs more than what stays below it', () => {
  expect(pinballLoss(0.95, 100, 300)).toBeCloseTo(190);
  expect(pinballLoss(0.95, 100, 60)).toBeCloseTo(2);
});

/** It says one core; of others it was seen that they came to two. */
function expectingMore(): Calibrated {
  const own = { p50: 1, p90: 1, p95: 1, p99: 1 };
  return new Calibrated(
    { source: 'trend', resource: 'cpu', forecast: () => own },
    { smallest: 0, beginning: () => ({ movement: 0.5, p50: 0, p90: 1, p95: 2 }) },
  );
}

test('before there is an outcome it says what was seen of others, and later what was seen of this run', () => {
  const calibrated = expectingMore();
  calibrated.forecast(0, 100, 1);
  expect(calibrated.quantiles).toEqual({ p50: 1, p90: 1.5, p95: 2, p99: 2 });
  for (let atMs = 100; atMs <= 20_000; atMs += 100) {
    calibrated.observe({ ...emptySample(), atMs }, 1);
    calibrated.forecast(atMs, 100, 1);
  }
  expect(calibrated.quantiles.p95).toBeLessThan(1.02);
  calibrated.forget();
  calibrated.forecast(30_000, 100, 1);
  expect(calibrated.quantiles.p95).toBe(2);
});

test('its weight rests on what it says itself', () => {
  const calibrated = expectingMore();
  calibrated.forecast(0, 100, 1);
  calibrated.observe({ ...emptySample(), atMs: 100 }, 1);
  expect(calibrated.lossAt(100)).toBe(0);
});
