import { expect, test } from 'vitest';
import { configSchema } from '#config/schema.ts';
import { toDemand } from '#runtimes/simulated/demand.ts';
import { simulateRun } from '#simulate/run.ts';
import { settingsFrom } from '#simulate/settings.ts';
import * as autopilot from './autopilot.ts';
import * as captain from './captain.ts';
import { DecayingHistogram } from './decaying-histogram.ts';
import * as escra from './escra.ts';
import * as opencomputer from './opencomputer.ts';
import { clairvoyant, peakOf, truePeak, wantedWithin } from './oracles.ts';
import * as senpai from './senpai.ts';
import * as vpa from './vpa.ts';
import * as window from './window.ts';

const MIB = 2 ** 20;
const HOUR_MS = 3_600_000;

test('a decaying histogram: the end of the bucket, and half the weight after a half-life', () => {
  const histogram = new DecayingHistogram({
    firstBucket: 10,
    most: 1000,
    growth: 2,
    halfLifeMs: 1000,
  });
  // Buckets begin at 0, 10, 30, 70, 150, …
  histogram.add(5, 1, 0);
  histogram.add(40, 1, 0);
  expect(histogram.percentile(0.5)).toBe(10);
  expect(histogram.percentile(0.9)).toBe(70);
  histogram.add(5, 1, 4000);
  // 17 of 18 parts of the weight are in the first bucket now.
  expect(histogram.percentile(0.9)).toBe(10);
  histogram.subtract(5, 1, 4000);
  expect(histogram.percentile(0.9)).toBe(70);
});

test('VPA after running out of memory: a fifth more, at least 100 MiB', () => {
  expect(vpa.afterOom(200 * MIB)).toBe(300 * MIB);
  expect(vpa.afterOom(1000 * MIB)).toBe(1200 * MIB);
});

test('Autopilot: an old peak weighs half after 48 hours', () => {
  const peaks = [
    { atMs: 0, bytes: 100 },
    { atMs: 48 * HOUR_MS, bytes: 40 },
  ];
  expect(autopilot.weightedPeak(peaks, 48 * HOUR_MS)).toBe(50);
  expect(autopilot.weightedPeak(peaks, 96 * HOUR_MS)).toBe(25);
});

test('Captain: up by the share of throttled periods above three targets', () => {
  const state = captain.newCaptain(1);
  for (let period = 0; period < 10; period++) captain.observe(state, period < 4 ? 1 : 0, 1);
  captain.decideQuota(state, 0.02);
  expect(state.limit).toBeCloseTo(1.34, 9);
  expect(state.margin).toBeCloseTo(3 + 0.4 - 0.02, 9);
});

test('Captain: down to the highest use and a margin, at least to half', () => {
  const state = captain.newCaptain(4);
  for (let period = 0; period < 50; period++) captain.observe(state, 0, 1);
  captain.decideQuota(state, 0.02);
  expect([state.limit, state.cutLast, state.lastLimit]).toEqual([2, true, 4]);
  captain.decideQuota(state, 0.02);
  expect(state.limit).toBe(1);
  captain.decideQuota(state, 0.02);
  expect([state.limit, state.cutLast]).toEqual([1, false]);
});

test('Escra: four times the throttled share of a slice more, or a fifth less of a full window', () => {
  const periods = (throttled: number, unused: number, count = 10) =>
    Array.from({ length: count }, (_, index) => ({ unused, throttled: index < throttled ? 1 : 0 }));
  expect(escra.nextQuota(periods(3, 0), 1)).toBeCloseTo(1.06, 9);
  expect(escra.nextQuota(periods(0, 0.5), 1)).toBeCloseTo(0.8, 9);
  expect(escra.nextQuota(periods(0, 0.5, 9), 1)).toBe(1);
  expect(escra.nextQuota(periods(0, 0.1), 1)).toBe(1);
});

test('Senpai: backs off by the square of the pressure, probes by a hundredth', () => {
  const at = (integralUsec: number, graceTicks = 0) =>
    senpai.nextFactor({ integralUsec, graceTicks, maxProbe: 0.01 });
  expect(at(100_000)).toBeCloseTo(0.25, 9);
  expect(at(1e9)).toBe(1);
  expect(at(0, 3)).toBeUndefined();
  expect(at(0)).toBe(-0.01);
  expect(at(10_000)).toBeCloseTo(-0.0001, 9);
});

/** Ten minutes at half a core; memory rises from 100 MB to 900 MB between the second and third. */
const demand = toDemand(
  [
    { atMs: 0, memoryBytes: 100e6, cpuCores: 0.5, interval: 0 },
    { atMs: 120_000, memoryBytes: 100e6, cpuCores: 0.5, interval: 1 },
    { atMs: 180_000, memoryBytes: 900e6, cpuCores: 0.5, interval: 2 },
    { atMs: 600_000, memoryBytes: 900e6, cpuCores: 0.5, interval: 2 },
  ],
  3,
);

test('the oracles know: the peak, and what is wanted within a stretch of time', () => {
  expect(peakOf(demand)).toEqual({ cpuCores: 0.5, memoryBytes: 900e6 });
  const wanted = wantedWithin(demand, 149_000, 150_000);
  expect(wanted.memoryBytes).toBeCloseTo(501e6 + 65_536, -3);
  expect(wantedWithin(demand, 0, 1000).memoryBytes).toBeCloseTo(100.2e6 + 65_536, 0);
});

const config = configSchema.parse({});
const network = { ingressBitsPerSecond: 1e9, egressBitsPerSecond: 1e9 };
const capacity = { cpuCores: 4, memoryBytes: 16 * 2 ** 30, ...network };
const settings = settingsFrom(config, capacity, {
  actuationLatencyMs: 100,
  initial: { cpuCores: 1, memoryBytes: 512 * MIB, ...network },
});

const rivals = { vpa, autopilot, captain, escra, senpai, opencomputer, window };

test.each(Object.entries(rivals))('%s brings a growing program to its end', async (name, rival) => {
  const policy = { name, create: () => rival.createPolicy(config) };
  const result = await simulateRun({ id: name, demand, policy, settings });
  expect(result.outcome).toBe('succeeded');
  expect(result.memory.reservedByteSeconds).toBeGreaterThan(result.memory.usedByteSeconds);
  expect(result.cpu.usedCoreSeconds).toBeCloseTo(300, 3);
});

test('nothing holds up what an oracle sizes, and the one that sees all reserves least', async () => {
  const run = (policy: typeof truePeak) => simulateRun({ id: 'one', demand, policy, settings });
  const [peak, all] = [await run(truePeak), await run(clairvoyant(100))];
  for (const result of [peak, all]) {
    expect(result.memory.stalledSeconds).toBe(0);
    expect(result.wallSeconds).toBeCloseTo(600, 3);
  }
  expect(peak.memory.reservedByteSeconds / 1e6).toBeCloseTo(900 * 600, 0);
  expect(all.memory.reservedByteSeconds / all.memory.usedByteSeconds).toBeLessThan(1.02);
});
