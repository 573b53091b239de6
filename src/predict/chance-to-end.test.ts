import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chanceToEnd } from './chance-to-end.ts';

const within30 = (durationsMs: readonly number[], elapsedMs: number) =>
  chanceToEnd(durationsMs, elapsedMs, elapsedMs + 30);

test('visits that lasted alike end together', () => {
  expect(within30([500, 500, 500], 460)).toBe(0);
  expect(within30([500, 500, 500], 470)).toBe(1);
  expect(chanceToEnd([300, 310, 900], 290, 340)).toBeCloseTo(2 / 3);
});

test('visits that are spread over more than the lead end somewhere between', () => {
  expect(within30([500, 600], 520)).toBeCloseTo(30 / 80);
  expect(within30([500, 600], 540)).toBeCloseTo(30 / 60);
  // Whichever visit it is like, it is prepared before the longest of them alone would say so.
  expect(within30([400, 500, 600], 530)).toBeGreaterThan(0.4);
});

test('one that is longer than all before is due, and not for ever', () => {
  expect(within30([400, 500, 600], 650)).toBe(1);
  expect(within30([400, 500, 600], 701)).toBe(0);
  expect(within30([500, 500], 510)).toBe(0);
  expect(within30([0, 10_000], 10_200)).toBe(0);
});

test('whatever was recorded, it is a chance, and no smaller for a longer lead', () => {
  const ms = fc.integer({ min: 0, max: 2000 });
  fc.assert(
    fc.property(fc.array(ms, { maxLength: 16 }), ms, ms, (durationsMs, elapsedMs, leadMs) => {
      const chance = chanceToEnd(durationsMs, elapsedMs, elapsedMs + leadMs);
      expect(chance).toBeGreaterThanOrEqual(0);
      expect(chance).toBeLessThanOrEqual(1);
      const longer = chanceToEnd(durationsMs, elapsedMs, elapsedMs + leadMs + 1);
      expect(longer).toBeGreaterThanOrEqual(chance - 1e-9);
    }),
  );
});
