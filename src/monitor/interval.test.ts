import { expect, test } from 'vitest';
import { emptySample, type Sample } from '#model/sample.ts';
import { newSamplingState, nextIntervalMs } from './interval.ts';

const INTERVALS = { nearMs: 10, fastMs: 20, steadyMs: 100, idleMs: 1000 };
const ALLOCATION = {
  cpuCores: 1,
  memoryBytes: 100e6,
  ingressBitsPerSecond: 1e6,
  egressBitsPerSecond: 1e6,
};

/** The interval chosen after the same reading was seen before, at 0 ms. */
function settled(change: Partial<Sample>, laterMs = 100): number {
  const state = newSamplingState(0);
  const first = { ...emptySample(), ...change };
  nextIntervalMs(first, ALLOCATION, state, INTERVALS);
  return nextIntervalMs({ ...first, atMs: laterMs }, ALLOCATION, state, INTERVALS);
}

test('looks closest at what stalls', () => {
  expect(settled({ memoryStalled: true })).toBe(10);
});

test('looks closely at memory that moves near its limit', () => {
  const state = newSamplingState(0);
  const near = { ...emptySample(), memoryWorkingSetBytes: 95e6 };
  expect(nextIntervalMs(near, ALLOCATION, state, INTERVALS)).toBe(10);
});

test('looks often at a busy program with little headroom, less often with much', () => {
  expect(settled({ cpuCoresUsed: 0.9, memoryWorkingSetBytes: 90e6 })).toBe(20);
  expect(settled({ cpuCoresUsed: 0.9, memoryWorkingSetBytes: 20e6 })).toBe(100);
});

test('looks often at a rate that is nearly used up', () => {
  expect(settled({ ingressBitsPerSecond: 0.9e6 })).toBe(20);
});

test('an instance without a network is not near its rate of nothing', () => {
  const state = newSamplingState(0);
  const none = { ...ALLOCATION, ingressBitsPerSecond: 0, egressBitsPerSecond: 0 };
  nextIntervalMs(emptySample(), none, state, INTERVALS);
  expect(nextIntervalMs({ ...emptySample(), atMs: 1500 }, none, state, INTERVALS)).toBe(1000);
});

test('leaves alone what has been idle for a second', () => {
  expect(settled({}, 500)).toBe(20);
  expect(settled({}, 1500)).toBe(1000);
});
