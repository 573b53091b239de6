import { expect, test } from 'vitest';
import { emptySample } from '#model/sample.ts';
import { addInterval, newAccount } from './account.ts';

const ALLOCATION = {
  cpuCores: 0.02,
  memoryBytes: 10e6,
  ingressBitsPerSecond: 0,
  egressBitsPerSecond: 0,
};

/** Core-seconds that a second counts as reserved in which so many cores were used. */
function reservedFor(cpuCoresUsed: number, wakingCores?: number): number {
  const account = newAccount(0);
  const sample = { ...emptySample(), atMs: 1000, intervalMs: 1000, cpuCoresUsed };
  addInterval(account, sample, ALLOCATION, { wakingCores });
  return account.reservedCoreSeconds;
}

test('what a resting program uses while it wakes counts as reserved, up to what it may', () => {
  expect(reservedFor(0, 0.1)).toBeCloseTo(0.02);
  expect(reservedFor(0.07, 0.1)).toBeCloseTo(0.07);
  expect(reservedFor(0.5, 0.1)).toBeCloseTo(0.1);
  expect(reservedFor(0.5), 'a quota that is no rest').toBeCloseTo(0.02);
});
