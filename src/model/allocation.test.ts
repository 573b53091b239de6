import { expect, test } from 'vitest';
import { toldAllocation } from './allocation.ts';

test('a program is told whole bytes and bits, and null of what is not limited', () => {
  const allocation = {
    cpuCores: 0.25,
    memoryBytes: 11_797_534.6,
    ingressBitsPerSecond: Number.POSITIVE_INFINITY,
    egressBitsPerSecond: 80e6,
  };
  expect(toldAllocation(allocation)).toEqual({
    cpuCores: 0.25,
    memoryBytes: 11_797_534,
    ingressBitsPerSecond: null,
    egressBitsPerSecond: 80e6,
  });
});
