import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrived, NO_ARRIVALS, rateAt, wantedInstances } from './warm-size.ts';

const LIMITS = { min: 0, max: 100, idleMs: 60_000 };

function arrivalsAt(...times: readonly number[]) {
  return times.reduce((arrivals, atMs) => arrived(arrivals, atMs), NO_ARRIVALS);
}

test('a language that nobody has used has no instances, unless a minimum is asked for', () => {
  const input = { ...LIMITS, arrivals: NO_ARRIVALS, refillMs: 100, nowMs: 1_000 };
  expect(wantedInstances(input)).toBe(0);
  expect(wantedInstances({ ...input, min: 2 })).toBe(2);
});

test('a steady rate is learned: 20 a second, made in 150 ms, wants 8', () => {
  const arrivals = arrivalsAt(...Array.from({ length: 600 }, (_, index) => index * 50));
  expect(rateAt(arrivals, 30_000)).toBeCloseTo(20, 0);
  expect(wantedInstances({ ...LIMITS, arrivals, refillMs: 150, nowMs: 30_000 })).toBe(8);
});

test('the last one goes when the language has not been used for a while', () => {
  const arrivals = arrivalsAt(0);
  const wantedAt = (nowMs: number) =>
    wantedInstances({ ...LIMITS, arrivals, refillMs: 100, nowMs });
  expect([wantedAt(1), wantedAt(59_999), wantedAt(60_000)]).toEqual([2, 2, 0]);
});

test('it never leaves its bounds, and never wants more with fewer arrivals', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(10_000), { maxLength: 200 }),
      fc.integer({ min: 1, max: 5_000 }),
      fc.nat(60_000),
      (gaps, refillMs, laterMs) => {
        let atMs = 0;
        const times = gaps.map((gap) => (atMs += gap));
        const wanted = (...some: readonly number[]) =>
          wantedInstances({
            ...{ min: 1, max: 8, idleMs: 30_000 },
            arrivals: arrivalsAt(...some),
            refillMs,
            nowMs: atMs + laterMs,
          });
        const all = wanted(...times);
        expect(all).toBeGreaterThanOrEqual(1);
        expect(all).toBeLessThanOrEqual(8);
        expect(wanted(...times.slice(1))).toBeLessThanOrEqual(all);
      },
    ),
  );
});
