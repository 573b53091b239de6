import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlidingPeak } from './sliding-peak.ts';

test('is the maximum of the values inside the window', () => {
  const steps = fc.array(fc.record({ gapMs: fc.nat(50), value: fc.nat(1000) }), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 500 }), (readings, windowMs) => {
      const sliding = new SlidingPeak(windowMs);
      const seen: { atMs: number; value: number }[] = [];
      let atMs = 0;
      for (const { gapMs, value } of readings) {
        atMs += gapMs;
        sliding.add(atMs, value);
        seen.push({ atMs, value });
        const inside = seen.filter((reading) => reading.atMs >= atMs - windowMs);
        expect(sliding.peak(atMs)).toBe(Math.max(...inside.map((reading) => reading.value)));
      }
    }),
  );
});

test('keeps the newest value when everything is older than the window', () => {
  const sliding = new SlidingPeak(100);
  sliding.add(0, 7);
  sliding.add(10, 3);
  expect(sliding.peak(10_000)).toBe(3);
});
