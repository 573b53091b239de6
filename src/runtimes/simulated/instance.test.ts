import { expect, test } from 'vitest';
import type { Allocation } from '#model/allocation.ts';
import { toDemand } from './demand.ts';
import { createSimulatedInstance } from './instance.ts';

const NETWORK = { ingressBitsPerSecond: 1e6, egressBitsPerSecond: 1e6 };
const size = (cpuCores: number, memoryBytes: number): Allocation => ({
  cpuCores,
  memoryBytes,
  ...NETWORK,
});

const demand = toDemand(
  [
    { atMs: 0, memoryBytes: 100e6, cpuCores: 1, interval: 0 },
    { atMs: 10_000, memoryBytes: 100e6, cpuCores: 1, interval: 0 },
  ],
  1,
);

function start(actuationLatencyMs: number) {
  const initial = size(0.5, 200e6);
  return createSimulatedInstance({
    id: 'one',
    demand,
    initial,
    startMs: 0,
    actuationLatencyMs,
    cgroupVersion: 2,
  });
}

test('who is left with little while it rests wakes with more, and is told of as it is', () => {
  const usecAfter = (cores: number, wakingCores = 0) => {
    const instance = start(0);
    instance.wakeWith!(wakingCores);
    void instance.resize(size(cores, 200e6));
    instance.sample(1000);
    expect(instance.allocation().cpuCores).toBe(cores);
    return instance.progress.cpuUsec;
  };
  expect(usecAfter(0.02, 0.5)).toBeCloseTo(500_000, 0);
  expect(usecAfter(0.02)).toBeCloseTo(20_000, 0);
  expect(usecAfter(0.2, 0.5)).toBeCloseTo(200_000, 0);
});

test('a limit comes into force after its latency, and not a moment earlier', async () => {
  const instance = start(100);
  instance.sample(0);
  const outcome = instance.resize(size(1, 200e6));
  expect(instance.nextChangeMs()).toBe(100);
  expect(instance.advanceTo(99)).toBe(false);
  expect(instance.allocation().cpuCores).toBe(0.5);
  expect(instance.advanceTo(200)).toBe(true);
  expect(instance.allocation().cpuCores).toBe(1);
  await expect(outcome).resolves.toMatchObject({ state: 'applied', latencyMs: 100 });
  // 100 ms at half a core, 100 ms at one.
  expect(instance.progress.cpuUsec).toBeCloseTo(150_000, 0);
});

test('limits on their way come into force in the order in which they were set', async () => {
  const instance = start(100);
  instance.sample(0);
  void instance.resize(size(1, 300e6));
  instance.sample(50);
  const second = instance.resize(size(2, 400e6));
  instance.advanceTo(120);
  expect(instance.allocation().memoryBytes).toBe(300e6);
  expect(instance.nextChangeMs()).toBe(150);
  instance.advanceTo(150);
  expect((await second).actual).toEqual(size(2, 400e6));
});

test('a memory limit is not put below what is in use, and what is read back says so', () => {
  const outcome = start(0).resize(size(1, 50e6));
  expect(outcome).toMatchObject({ actual: size(1, 100e6), latencyMs: 0 });
});

test('a reading tells rates and throttling since the one before', () => {
  const instance = start(0);
  instance.sample(0);
  instance.sample(100);
  expect(instance.reading.cpuCoresUsed).toBeCloseTo(0.5, 6);
  expect(instance.reading.cpuCoresThrottled).toBeCloseTo(0.5, 6);
  expect(instance.reading.throttledPeriodsTotal).toBe(1);
});

test('it is gone after its end', () => {
  const instance = start(0);
  expect(instance.sample(15_000)).toBe(true);
  expect(instance.sample(25_000)).toBe(true);
  expect(instance.progress.endedMs).toBeCloseTo(20_000, 3);
  expect(instance.sample(25_001)).toBe(false);
});
