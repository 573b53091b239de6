import { expect, test } from 'vitest';
import { emptySample } from '#model/sample.ts';
import { CpuTrend } from './cpu-trend.ts';
import { MemoryTrend } from './memory-trend.ts';
import { SmoothedCpu } from './smoothed-cpu.ts';

const SETTINGS = { cpuWindowMs: 300, memoryWindowMs: 2000, networkWindowMs: 2000, memorySafety: 3 };

function observed(
  readings: readonly { cpu?: number; memory?: number }[],
  stepMs = 20,
  horizonMs = 30,
) {
  const smoothed = new SmoothedCpu();
  const cpuTrend = new CpuTrend(SETTINGS, smoothed);
  const memoryTrend = new MemoryTrend(SETTINGS);
  const sample = emptySample();
  readings.forEach(({ cpu = 0, memory = 0 }, index) => {
    sample.atMs = index * stepMs;
    sample.intervalMs = index === 0 ? 0 : stepMs;
    sample.cpuCoresUsed = cpu;
    sample.memoryWorkingSetBytes = memory;
    smoothed.observe(sample);
    cpuTrend.observe(sample);
    memoryTrend.observe(sample);
  });
  return { memoryTrend, memory: memoryTrend.forecast(horizonMs), cpu: cpuTrend.forecast() };
}

test('memory goes on growing as fast as it lately did, with safety', () => {
  const growing = [0, 20e6, 40e6, 60e6, 80e6, 100e6].map((memory) => ({ memory }));
  const { memoryTrend, memory } = observed(growing);
  expect(memoryTrend.growthBytesPerSecond).toBe(1e9);
  expect(memory.p50).toBe(130e6);
  expect(memory.p99).toBe(190e6);
});

test('growth with safety is not expected beyond what was lately seen', () => {
  const { memory } = observed([{ memory: 80e6 }, { memory: 100e6 }, { memory: 101e6 }]);
  expect(memory.p99).toBeGreaterThan(120e6);
  expect(memory.p99).toBeLessThan(122e6);
});

test('memory that was given back is remembered for the window', () => {
  const { memory } = observed([{ memory: 300e6 }, { memory: 50e6 }, { memory: 50e6 }]);
  expect(memory.p99).toBe(300e6);
});

test('where a raise takes little time, memory that was given back is not remembered for long', () => {
  const readings = [{ memory: 300e6 }, ...Array.from({ length: 15 }, () => ({ memory: 50e6 }))];
  expect(observed(readings, 40, 30).memory.p99).toBe(50e6);
  expect(observed(readings, 40, 120).memory.p99).toBe(300e6);
});

test('CPU stays at its recent peak, and falls at once when the program idles', () => {
  const busy = Array.from({ length: 10 }, () => ({ cpu: 1 }));
  expect(observed([...busy, { cpu: 0.5 }]).cpu.p99).toBeGreaterThan(0.95);
  const idle = Array.from({ length: 5 }, () => ({ cpu: 0.01 }));
  expect(observed([...busy, ...idle]).cpu.p99).toBe(0.01);
});

test('what a start used is forgotten, with the reading in which it ended', () => {
  const smoothed = new SmoothedCpu();
  const trend = new CpuTrend(SETTINGS, smoothed);
  const p99 = (atMs: number, cpuCoresUsed: number) => {
    const sample = { ...emptySample(), atMs, intervalMs: 20, cpuCoresUsed };
    smoothed.observe(sample);
    trend.observe(sample);
    return trend.forecast().p99;
  };
  for (const atMs of [20, 40, 60, 80]) p99(atMs, 1);
  expect(p99(100, 0.3)).toBeGreaterThan(0.7);
  smoothed.forget(110);
  trend.forget();
  // Half of it was the start's: nothing else is known yet.
  expect(p99(120, 0.6)).toBeCloseTo(0.6);
  expect(p99(140, 0.2)).toBeCloseTo(0.2);
  expect(p99(160, 0.2)).toBeCloseTo(0.2);
  expect(p99(180, 1)).toBeGreaterThan(0.4);
});

test('a burst of growth is expected again for five horizons, and for half a second at most', () => {
  const roomAfter = (calmMs: number, horizonMs: number) => {
    const trend = new MemoryTrend(SETTINGS);
    const observe = (atMs: number, memoryWorkingSetBytes: number) => {
      trend.observe({ ...emptySample(), atMs, intervalMs: 20, memoryWorkingSetBytes });
      return trend.forecast(horizonMs).p99 - memoryWorkingSetBytes;
    };
    for (let step = 1; step <= 5; step++) observe(step * 20, step * 10e6);
    let room = 0;
    for (let atMs = 120; atMs <= 100 + calmMs; atMs += 20) room = observe(atMs, 50e6);
    return room;
  };
  expect(roomAfter(60, 21)).toBeGreaterThan(5e6);
  expect(roomAfter(160, 21)).toBe(0);
  expect(roomAfter(400, 100)).toBeGreaterThan(5e6);
  expect(roomAfter(600, 500)).toBe(0);
});
