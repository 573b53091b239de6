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

test('where bursts have room, a start is what its interpreter needs', () => {
  const estimate = onDemand({ interpreterBytes: 10 * MIB, burstRoomBytes: 64 * MIB });
  const { allocation, estimators, reasons } = estimate(sizing(891 * MIB));
  expect([allocation.memoryBytes, estimators.memoryBytes]).toEqual([11 * MIB, 'on-demand']);
  expect(reasons.join()).toContain('room for 64Mi more');
  expect(estimate(sizing(5 * MIB)).allocation.memoryBytes).toBe(5 * MIB);
});

test('where they have none, what is believed stays', () => {
  const estimate = onDemand({ interpreterBytes: 10 * MIB, burstRoomBytes: 0 });
  expect(estimate(sizing(891 * MIB))).toEqual(sizing(891 * MIB));
});
