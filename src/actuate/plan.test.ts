import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALLOCATION_KEYS, type Allocation } from '#model/allocation.ts';
import { planResize } from './plan.ts';

const allocation: fc.Arbitrary<Allocation> = fc.record({
  cpuCores: fc.double({ min: 0.01, max: 64, noNaN: true }),
  memoryBytes: fc.integer({ min: 1, max: 2 ** 40 }),
  ingressBitsPerSecond: fc.integer({ min: 1, max: 1e11 }),
  egressBitsPerSecond: fc.integer({ min: 1, max: 1e11 }),
});

test('reserves at least what is in force before and after', () => {
  fc.assert(
    fc.property(allocation, allocation, fc.boolean(), (now, target, converging) => {
      const plan = planResize(now, target, converging);
      for (const key of ALLOCATION_KEYS) {
        expect(plan.reserved[key]).toBeGreaterThanOrEqual(now[key]);
        expect(plan.reserved[key]).toBeGreaterThanOrEqual(plan.final[key]);
      }
    }),
  );
});

test('never shrinks anything while a former change converges', () => {
  fc.assert(
    fc.property(allocation, allocation, (now, target) => {
      expect(planResize(now, target, true).shrinks).toBe(false);
    }),
  );
});

test('reaches the target exactly when nothing converges', () => {
  fc.assert(
    fc.property(allocation, allocation, (now, target) => {
      expect(planResize(now, target, false).final).toEqual(target);
    }),
  );
});
