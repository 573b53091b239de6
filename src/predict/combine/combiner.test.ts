import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyCombined, type ForecastSource, type Quantiles } from '#model/forecast.ts';
import { emptySample } from '#model/sample.ts';
import type { Forecaster } from '../forecaster.ts';
import { beginningsOf } from './beginnings.ts';
import { Combiner } from './combiner.ts';

const MIB = 2 ** 20;
const nothing = beginningsOf([{ horizonMs: 1000, movement: 0, p50: 0, p90: 0, p95: 0 }]);
const further = beginningsOf([{ horizonMs: 1000, movement: MIB, p50: 0, p90: 0, p95: 8 }]);
const BEGINNINGS = { trend: nothing, prior: nothing, history: nothing, progress: nothing };
const SETTINGS = {
  smallest: 64 * 1024,
  beginnings: BEGINNINGS,
  notable: 4 * MIB,
  isAlone: () => false,
};
const HORIZON_MS = 30;
const STEP_MS = 20;

type Says = (used: number) => Quantiles | undefined;

/** A source that says what it is told to. */
function source(name: ForecastSource, says: Says): Forecaster {
  let used = 0;
  return {
    source: name,
    resource: 'memory',
    observe: (sample) => void (used = sample.memoryWorkingSetBytes),
    forecast: () => says(used),
  };
}

const exactly = (value: number): Quantiles => ({ p50: value, p90: value, p95: value, p99: value });
const asIs = source('trend', exactly);

/** Usage as it comes, one reading after the other; what was believed after each. */
function beliefs(combiner: Combiner, usage: readonly number[]) {
  const sample = emptySample();
  return usage.map((bytes, index) => {
    sample.atMs = index * STEP_MS;
    sample.intervalMs = index === 0 ? 0 : STEP_MS;
    sample.memoryWorkingSetBytes = bytes;
    combiner.observe(sample, bytes);
    const believed = emptyCombined();
    combiner.forecast(sample.atMs, HORIZON_MS, believed);
    return believed;
  });
}

const amount = fc.integer({ min: 0, max: 2000 * MIB });
const usage = fc.array(amount, { minLength: 1, maxLength: 80 });
/** From one reading to the next a source may fall silent, or say something else. */
const opinions = fc.array(fc.option(fc.tuple(amount, amount, amount, amount), { nil: undefined }), {
  minLength: 1,
  maxLength: 20,
});

function wavering(name: ForecastSource, said: readonly (readonly number[] | undefined)[]) {
  let turn = 0;
  return source(name, () => {
    const quantiles = said[turn++ % said.length]?.toSorted((a, b) => a - b);
    if (quantiles === undefined) return undefined;
    const [p50, p90, p95, p99] = quantiles as [number, number, number, number];
    return { p50, p90, p95, p99 };
  });
}

test('weights are shares, those who are silent have none, and quantiles never fall', () => {
  fc.assert(
    fc.property(usage, opinions, opinions, (readings, one, other) => {
      const combiner = new Combiner(
        [asIs, wavering('prior', one), wavering('history', other)],
        SETTINGS,
      );
      for (const { p50, p90, p95, p99, weights, leading } of beliefs(combiner, readings)) {
        const shares = Object.values(weights);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        for (const share of shares) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
        expect(weights.progress).toBe(0);
        expect(weights.trend).toBeGreaterThanOrEqual(0.05 - 1e-9);
        expect(weights[leading]).toBeGreaterThan(0);
        expect([p50, p90, p95, p99]).toEqual([p50, p90, p95, p99].toSorted((a, b) => a - b));
        expect(p50).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(p99)).toBe(true);
      }
    }),
  );
});

test('whoever falls silent has no weight left in what was written before', () => {
  let claimed: Quantiles | undefined = exactly(100 * MIB);
  const combiner = new Combiner([asIs, source('prior', () => claimed)], SETTINGS);
  const sample = { ...emptySample(), memoryWorkingSetBytes: 10 * MIB };
  const believed = emptyCombined();
  combiner.observe(sample, 10 * MIB);
  combiner.forecast(0, HORIZON_MS, believed);
  expect(believed.weights.prior).toBe(0.5);
  claimed = undefined;
  combiner.forecast(0, HORIZON_MS, believed);
  expect(believed.weights).toMatchObject({ trend: 1, prior: 0 });
});

test('what is believed together lies between the beliefs', () => {
  fc.assert(
    fc.property(usage, opinions, (readings, said) => {
      const combiner = new Combiner([asIs, wavering('prior', said)], SETTINGS);
      const sample = emptySample();
      const believed = emptyCombined();
      for (const [index, bytes] of readings.entries()) {
        sample.atMs = index * STEP_MS;
        sample.intervalMs = index === 0 ? 0 : STEP_MS;
        sample.memoryWorkingSetBytes = bytes;
        combiner.observe(sample, bytes);
        combiner.forecast(sample.atMs, HORIZON_MS, believed);
        const own = combiner.sources
          .filter(({ forecaster }) => believed.weights[forecaster.source] > 0)
          .map(({ quantiles }) => quantiles);
        for (const key of ['p50', 'p90', 'p95', 'p99'] as const) {
          expect(believed[key]).toBeGreaterThanOrEqual(Math.min(...own.map(({ p50 }) => p50)));
          expect(believed[key]).toBeLessThanOrEqual(Math.max(...own.map(({ p99 }) => p99)));
        }
      }
    }),
  );
});

test('a source that is always wrong loses its weight, and at last its say', () => {
  fc.assert(
    fc.property(fc.integer({ min: 500, max: 4000 }), (wrongByMib) => {
      const wrong = source('prior', (used) => ({
        ...exactly(used + wrongByMib * MIB),
        p50: used,
      }));
      const calm = Array.from({ length: 1000 }, () => 200 * MIB);
      const believed = beliefs(new Combiner([asIs, wrong], SETTINGS), calm);
      expect(believed[0]!.weights.prior).toBe(0.5);
      expect(believed[0]!.leading).toBe('prior');
      expect(believed.at(-1)!.weights.prior).toBeLessThan(0.01);
      expect(believed.at(-1)!.leading).toBe('trend');
      expect(believed.at(-1)!.room).toBeLessThan(210 * MIB);
    }),
    { numRuns: 20 },
  );
});

test('a source that knew of a jump when the others did not is believed', () => {
  const knows = source('prior', (used) => ({ ...exactly(600 * MIB), p50: used }));
  const jump = [100, 100, 100, 600, 600, 600].map((mib) => mib * MIB);
  const last = beliefs(new Combiner([asIs, knows], SETTINGS), jump).at(-1)!;
  expect(last.weights.prior).toBeGreaterThan(0.9);
  expect(last.p90).toBeGreaterThanOrEqual(600 * MIB);
  expect(last.p90).toBeLessThan(660 * MIB);
});

test('what is seen of other programs moves what is told, and makes no room', () => {
  const knows = source('prior', () => exactly(600 * MIB));
  const settings = { ...SETTINGS, beginnings: { ...BEGINNINGS, trend: further } };
  const [alone] = beliefs(new Combiner([asIs], settings), [100 * MIB]);
  expect([alone!.p95, alone!.room]).toEqual([108.5 * MIB, 100 * MIB]);
  const [first] = beliefs(new Combiner([asIs, knows], settings), [100 * MIB]);
  expect(first!.leading).toBe('prior');
  expect(first!.p99).toBe(600 * MIB);
  expect(first!.room).toBe(600 * MIB);
});
