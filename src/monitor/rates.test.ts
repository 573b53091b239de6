import { expect, test } from 'vitest';
import { emptySample } from '#model/sample.ts';
import { deriveRates, noPrevious } from './rates.ts';

test('15 ms of CPU in 20 ms are 0.75 cores', () => {
  const previous = noPrevious();
  const sample = { ...emptySample(), atMs: 100, cpuUsecTotal: 1000, ingressBytesTotal: 500 };
  deriveRates(sample, previous);
  expect(sample.cpuCoresUsed).toBe(0);
  Object.assign(sample, {
    atMs: 120,
    cpuUsecTotal: 16_000,
    throttledUsecTotal: 5000,
    ingressBytesTotal: 3000,
  });
  deriveRates(sample, previous);
  expect(sample).toMatchObject({ intervalMs: 20, cpuCoresUsed: 0.75, cpuCoresThrottled: 0.25 });
  expect(sample.ingressBitsPerSecond).toBe(1e6);
});

test('a counter that went backwards counts as no use', () => {
  const previous = noPrevious();
  const sample = { ...emptySample(), atMs: 0, egressBytesTotal: 5000 };
  deriveRates(sample, previous);
  Object.assign(sample, { atMs: 10, egressBytesTotal: 10 });
  deriveRates(sample, previous);
  expect(sample.egressBitsPerSecond).toBe(0);
});
