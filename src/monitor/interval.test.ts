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
function settled(change: Partial<Sample>, laterMs = 600): number {
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

test('takes nothing for steady that was not steady for half a second', () => {
  expect(settled({ cpuCoresUsed: 0.9, memoryWorkingSetBytes: 20e6 }, 400)).toBe(20);
});

test.each([
  { from: 0, to: 0.5, allocated: 0.1, expected: 10, what: 'begins to compute' },
  { from: 1, to: 0, allocated: 1, expected: 10, what: 'ceases to compute' },
  { from: 0, to: 0.5, allocated: 2, expected: 20, what: 'computes within what it has' },
])('looks closely at what $what: $expected ms', ({ from, to, allocated, expected }) => {
  const state = newSamplingState(0);
  const allocation = { ...ALLOCATION, cpuCores: allocated };
  const before = { ...emptySample(), intervalMs: 20, cpuCoresUsed: from };
  nextIntervalMs(before, allocation, state, INTERVALS);
  const now = { ...before, atMs: 20, cpuCoresUsed: to };
  expect(nextIntervalMs(now, allocation, state, INTERVALS)).toBe(expected);
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

test('what holds all the CPU that others leave it is no more looked at than what is steady', () => {
  const intervals = (isCpuHeld: boolean) => {
    const state = newSamplingState(0);
    let atMs = 0;
    return Array.from({ length: 60 }, (_, index) => {
      // 5 ms of each 100: a quota of a twentieth.
      const cpuCoresUsed = index % 5 === 0 ? 0.25 : 0;
      atMs += 20;
      const sample = {
        ...emptySample(),
        atMs,
        intervalMs: 20,
        cpuCoresUsed,
        memoryWorkingSetBytes: 10e6,
      };
      const tight = { ...ALLOCATION, cpuCores: 0.05 };
      return nextIntervalMs(sample, tight, state, INTERVALS, { isCpuHeld });
    }).slice(40);
  };
  expect(Math.min(...intervals(false))).toBe(10);
  expect(Math.max(...intervals(false))).toBe(20);
  // Between its turns it seems idle, and is not looked at more often for that.
  expect(new Set(intervals(true))).toEqual(new Set([100]));
});
