import { expect, test } from 'vitest';
import { beginningsOf } from './beginnings.ts';

const ROWS = [
  { horizonMs: 100, movement: 1, p50: 0, p90: 2, p95: 3 },
  { horizonMs: 10_000, movement: 3, p50: 1, p90: 2, p95: 1 },
];

test('between two horizons it goes by their logarithm, and beyond them it stays', () => {
  const at = beginningsOf(ROWS);
  expect(at(1000)).toEqual({ movement: 2, p50: 0.5, p90: 2, p95: 2 });
  expect(at(20)).toMatchObject({ movement: 1, p95: 3 });
  expect(at(60_000)).toMatchObject({ movement: 3, p95: 1 });
});
