import { expect, test } from 'vitest';
import { configSchema } from '#config/schema.ts';
import { mapAllocation } from '#model/allocation.ts';
import { emptyAhead } from '#model/ahead.ts';
import { emptyForecast } from '#model/forecast.ts';
import { emptySample, type Sample } from '#model/sample.ts';
import { thresholdTarget } from './threshold.ts';

const MIB = 2 ** 20;
const { thresholds } = configSchema.parse({
  thresholds: { highComplexity: 60, lowComplexity: 30, highCpu: 0.8, lowCpu: 0.3 },
});
const factors = { cpuCores: 0.5, memoryBytes: 128 * MIB, networkBitsPerSecond: 50e6 };
const base = {
  cpuCores: 2,
  memoryBytes: 512 * MIB,
  ingressBitsPerSecond: 20e6,
  egressBitsPerSecond: 20e6,
};
const times = (factor: number) => mapAllocation((key) => base[key] * factor);
const constraints = { min: times(0.01), max: times(100), priority: 50, mode: 'auto' as const };

function target(usage: Partial<Sample>, complexityScore = 45, rises = false, bounds = {}) {
  const sample = { ...emptySample(), cpuCoresUsed: 1, memoryWorkingSetBytes: 256 * MIB, ...usage };
  const input = {
    sample,
    allocation: base,
    constraints: { ...constraints, ...bounds },
    complexityScore,
    forecast: emptyForecast(),
    ahead: emptyAhead(),
  };
  return thresholdTarget(input, { thresholds, factors }, rises)?.allocation;
}

test('leaves alone what is neither high nor low', () => {
  expect(target({})).toBeUndefined();
});

test('high complexity adds one factor of CPU and of memory', () => {
  expect(target({}, 70, true)).toMatchObject({ cpuCores: 2.5, memoryBytes: 640 * MIB });
});

test('high CPU usage adds two factors of CPU and no memory', () => {
  expect(target({ cpuCoresUsed: 1.7 })).toMatchObject({ cpuCores: 3, memoryBytes: 512 * MIB });
});

test('high memory usage adds two factors of memory and no CPU', () => {
  expect(target({ memoryWorkingSetBytes: 450 * MIB })).toMatchObject({
    cpuCores: 2,
    memoryBytes: 768 * MIB,
  });
});

test('high network usage adds one factor in that direction', () => {
  expect(target({ ingressBitsPerSecond: 17e6 })).toMatchObject({
    ingressBitsPerSecond: 70e6,
    egressBitsPerSecond: 20e6,
  });
});

test('everything high adds up', () => {
  const all = { cpuCoresUsed: 2, memoryWorkingSetBytes: 500 * MIB, egressBitsPerSecond: 19e6 };
  expect(target(all, 70, true)).toEqual({
    cpuCores: 3.5,
    memoryBytes: 896 * MIB,
    ingressBitsPerSecond: 20e6,
    egressBitsPerSecond: 70e6,
  });
});

test('low complexity with low usage steps CPU and memory down, with high complexity not', () => {
  const low = { cpuCoresUsed: 0.2, memoryWorkingSetBytes: 50 * MIB };
  expect(target(low, 10)).toMatchObject({ cpuCores: 1.5, memoryBytes: 384 * MIB });
  expect(target(low, 45)).toBeUndefined();
});

test('who is at a bound already takes no step beyond it', () => {
  const high = { cpuCoresUsed: 1.9, memoryWorkingSetBytes: 500 * MIB };
  const most = { ...constraints.max, memoryBytes: base.memoryBytes };
  expect(target(high, 70, true, { max: most })).toMatchObject({
    cpuCores: 3.5,
    memoryBytes: base.memoryBytes,
  });
  const low = { cpuCoresUsed: 0.2, memoryWorkingSetBytes: 50 * MIB };
  expect(target(low, 10, false, { min: base })).toBeUndefined();
});
