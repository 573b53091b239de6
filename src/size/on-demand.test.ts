import { expect, test } from 'vitest';
import { onDemand } from './on-demand.ts';
import type { Sizing } from './estimator.ts';

const MIB = 2 ** 20;
const BASE = {
  cpuCores: 1,
  memoryBytes: 64 * MIB,
  ingressBitsPerSecond: 0,
  egressBitsPerSecond: 0,
};

const AT_ONCE = { burstRoomBytes: 64 * MIB, resizesAtOnce: true };

function sizing(memoryBytes: number, cpuCores = 1): Sizing {
  return {
    allocation: { cpuCores, memoryBytes, ingressBitsPerSecond: 0, egressBitsPerSecond: 0 },
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
  const estimate = onDemand(AT_ONCE, BASE);
  const { allocation, estimators, reasons } = estimate(sizing(891 * MIB));
  expect([allocation.memoryBytes, estimators.memoryBytes]).toEqual([4 * MIB, 'on-demand']);
  expect(reasons.join()).toContain('room for 64Mi more');
  expect(estimate(sizing(3 * MIB)).allocation.memoryBytes).toBe(3 * MIB);
});

test('more cores than the base are given when they are used', () => {
  const { allocation, estimators, reasons } = onDemand(AT_ONCE, BASE)(sizing(3 * MIB, 1.75));
  expect([allocation.cpuCores, estimators.cpuCores]).toEqual([1, 'on-demand']);
  expect(reasons).toEqual([expect.stringContaining('it starts at 1')]);
  expect(onDemand(AT_ONCE, BASE)(sizing(3 * MIB, 0.5)).allocation.cpuCores).toBe(0.5);
});

test('where they have none, what is believed stays', () => {
  const estimate = onDemand({ ...AT_ONCE, burstRoomBytes: 0 }, BASE);
  expect(estimate(sizing(891 * MIB, 4))).toEqual(sizing(891 * MIB, 4));
});

test('where a resize takes its time, what is believed is held from the start', () => {
  const estimate = onDemand({ ...AT_ONCE, resizesAtOnce: false }, BASE);
  expect(estimate(sizing(891 * MIB, 1.75))).toEqual(sizing(891 * MIB, 1.75));
});
