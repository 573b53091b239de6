import { expect, test } from 'vitest';
import { onDemand } from './on-demand.ts';
import type { Sizing } from './estimator.ts';

const MIB = 2 ** 20;

function sizing(memoryBytes: number): Sizing {
  return {
    allocation: { cpuCores: 1, memoryBytes, ingressBitsPerSecond: 0, egressBitsPerSecond: 0 },
    estimators: {
      cpuCores: 'base',
      memoryBytes: 'prior',
      ingressBitsPerSecond: 'base',
      egressBitsPerSecond: 'base',
    },
    reasons: [],
  };
}

test('where bursts have room, a start holds next to nothing', () => {
  const estimate = onDemand(64 * MIB);
  const { allocation, estimators, reasons } = estimate(sizing(891 * MIB));
  expect([allocation.memoryBytes, estimators.memoryBytes]).toEqual([4 * MIB, 'on-demand']);
  expect(reasons.join()).toContain('room for 64Mi more');
  expect(estimate(sizing(3 * MIB)).allocation.memoryBytes).toBe(3 * MIB);
});

test('where they have none, what is believed stays', () => {
  const estimate = onDemand(0);
  expect(estimate(sizing(891 * MIB))).toEqual(sizing(891 * MIB));
});
