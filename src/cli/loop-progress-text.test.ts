import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LoopProgress } from '#model/forecast.ts';
import { longProgress, shortProgress } from './loop-progress-text.ts';
import { plainStyle } from './style.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

function progress(seconds: [number, number], bytes: [number, number]): LoopProgress {
  return {
    fraction: 0.4899,
    secondsLeft: { low: seconds[0], high: seconds[1] },
    peakBytes: { low: bytes[0], high: bytes[1] },
  };
}

test.each([
  [progress([3.2, 3.9], [140 * MIB, 155 * MIB]), '48 % 3–4 s →140–155Mi'],
  [progress([0, 0.3], [155 * MIB, 155.2 * MIB]), '48 % 0–1 s →155Mi'],
  [progress([50, 190], [900 * MIB, 1.25 * GIB]), '48 % 0–4 min →900Mi–1.25Gi'],
  [progress([9000, 9100], [900, 1.25 * GIB]), '48 % 2–3 h →900–1.25Gi'],
  [progress([1e9, 1e10], [GIB, 2 * GIB]), '48 % >999 h →1–2Gi'],
])('the interval of time and memory in a few characters', (given, text) => {
  expect(shortProgress(given, plainStyle())).toBe(text);
});

test('the same in words, and without Unicode', () => {
  const given = progress([3.2, 3.9], [140 * MIB, 155 * MIB]);
  expect(longProgress(given, plainStyle({ unicode: false }))).toBe(
    '48 % of its loop, 3-4 s left, up to 140-155Mi of memory',
  );
});

test('it is short whatever the numbers are', () => {
  const number = fc.double({ min: 0, max: 2 ** 50, noNaN: true });
  fc.assert(
    fc.property(number, number, number, number, (a, b, c, d) => {
      const given = progress([a, a + b], [c, c + d]);
      expect(shortProgress(given, plainStyle()).length).toBeLessThanOrEqual(34);
    }),
  );
});
