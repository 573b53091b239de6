import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatAge,
  formatBits,
  formatClock,
  formatSeconds,
  formatTraffic,
  slackOf,
} from './figures.ts';
import { resample, sparkline } from './sparkline.ts';

test('times read as people say them', () => {
  const seconds = [0, 0.0312, 9.994, 9.996, 59.94, 59.96, 125, 600, 3599.7, 7300, 90_000];
  expect(seconds.map(formatSeconds)).toEqual([
    ...['0.00 s', '0.03 s', '9.99 s', '10.0 s', '59.9 s', '1 min', '2 min 5 s', '10 min'],
    ...['1 h', '2 h 1 min', '1 d 1 h'],
  ]);
  expect([0, 59.99, 61.05, 3661].map(formatClock)).toEqual([
    '0:00.0',
    '0:59.9',
    '1:01.0',
    '1:01:01',
  ]);
  expect([-5, 119, 120, 7200, 172_800].map(formatAge)).toEqual(['0s', '119s', '2m', '2h', '2d']);
});

test('data on the wire has decimal units', () => {
  expect([0, 999, 124e6, 3.21e9].map(formatTraffic)).toEqual(['0 B', '999 B', '124 MB', '3.21 GB']);
  expect(formatBits(1e18)).toBe('1000 Pbit');
});

test('slack is what was reserved and not used', () => {
  expect(slackOf(30, 40)).toBe(0.25);
  expect(slackOf(41, 40)).toBe(0);
  expect(slackOf(1, Infinity)).toBeUndefined();
  expect(slackOf(0, 0)).toBeUndefined();
});

test('a sparkline has one character per value; only nothing is blank', () => {
  expect(sparkline([0, 0.001, 4, 8, 9], { top: 8, unicode: true })).toBe(' ▁▄██');
  expect(sparkline([0, 0.001, 4, 8, 9], { top: 8, unicode: false })).toBe(' _-##');
  expect(sparkline([1, NaN], { top: 0, unicode: true })).toBe('  ');
});

const readings = fc
  .array(fc.record({ atSeconds: fc.double({ min: 0, max: 100, noNaN: true }), value: fc.nat() }), {
    minLength: 1,
  })
  .map((list) => list.toSorted((a, b) => a.atSeconds - b.atSeconds));

test('resampling keeps the highest reading and invents none', () => {
  fc.assert(
    fc.property(readings, fc.integer({ min: 1, max: 80 }), (list, columns) => {
      const slices = resample(list, { columns, endSeconds: list.at(-1)?.atSeconds ?? 0 });
      expect(slices).toHaveLength(columns);
      const values = new Set(list.map(({ value }) => value));
      expect(slices.every((value) => values.has(value))).toBe(true);
      expect(Math.max(...slices)).toBe(Math.max(...values));
    }),
  );
});
