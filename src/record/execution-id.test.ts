import fc from 'fast-check';
import { expect, test } from 'vitest';
import { executionId } from './execution-id.ts';

const moment = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2090, 0, 1) });
const random = fc.uint8Array({ minLength: 3, maxLength: 3 });

test('ids have twelve characters that can be typed', () => {
  fc.assert(
    fc.property(moment, random, (nowMs, bytes) => {
      expect(executionId(nowMs, bytes)).toMatch(/^[0-9a-hjkmnp-tv-z]{12}$/);
    }),
  );
});

test('ids of different milliseconds sort by time', () => {
  fc.assert(
    fc.property(
      moment,
      fc.integer({ min: 1, max: 1e9 }),
      random,
      random,
      (nowMs, laterMs, a, b) => {
        expect(executionId(nowMs, a) < executionId(nowMs + laterMs, b)).toBe(true);
      },
    ),
  );
});

test('randomness tells ids of one millisecond apart', () => {
  const nowMs = Date.UTC(2026, 5, 1);
  const first = executionId(nowMs, new Uint8Array([0, 0, 1]));
  const second = executionId(nowMs, new Uint8Array([0, 0, 2]));
  expect(first).not.toBe(second);
  expect(first.slice(0, 8)).toBe(second.slice(0, 8));
});
