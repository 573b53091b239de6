import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALLOCATION_KEYS, mapAllocation, type Allocation } from '#model/allocation.ts';
import { grant, roundDown, roundUp } from './grant.ts';

const amount = fc.integer({ min: 0, max: 1_000 });
const allocations = fc.record({
  cpuCores: amount,
  memoryBytes: amount,
  ingressBitsPerSecond: amount,
  egressBitsPerSecond: amount,
});
const same = (value: number): Allocation => mapAllocation(() => value);

test('the example in the comment holds', () => {
  const request = { held: same(1), wanted: same(4), entitled: same(3.5), free: same(2) };
  expect(grant(request)).toEqual(same(3));
  expect(grant({ ...request, free: same(3) })).toEqual(same(3.5));
});

test('an overcommitted node takes nothing from who grows', () => {
  expect(
    grant({ held: same(3), wanted: same(4), entitled: same(Infinity), free: same(-2) }),
  ).toEqual(same(3));
});

test('never more than wanted, entitled to or there, never less than held when growing', () => {
  fc.assert(
    fc.property(
      allocations,
      allocations,
      allocations,
      allocations,
      (held, wanted, entitled, free) => {
        const granted = grant({ held, wanted, entitled, free });
        for (const key of ALLOCATION_KEYS) {
          expect(granted[key]).toBeLessThanOrEqual(wanted[key]);
          expect(granted[key]).toBeLessThanOrEqual(held[key] + free[key]);
          expect(granted[key]).toBeLessThanOrEqual(Math.max(held[key], entitled[key]));
          expect(granted[key]).toBeGreaterThanOrEqual(Math.min(held[key], wanted[key]));
        }
      },
    ),
  );
});

test('rounding keeps whole micro-cores as they are and errs on the safe side', () => {
  expect(roundUp(same(0.1)).cpuCores).toBe(0.1);
  expect(roundUp(same(0.3)).cpuCores).toBe(0.3);
  expect(roundUp(same(1.1)).cpuCores).toBe(1.1);
  expect(roundUp(same(1 / 3)).cpuCores).toBe(0.333334);
  expect(roundDown(same(1 / 3)).cpuCores).toBe(0.333333);
  expect(roundUp(same(0.5)).memoryBytes).toBe(1);
});
