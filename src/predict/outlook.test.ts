import { mapAllocation } from '#model/allocation.ts';
import type { TimelinePoint } from '#model/summary.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Outlooks } from './outlook.ts';

const MIB = 2 ** 20;
const UNLIMITED = mapAllocation(() => Number.POSITIVE_INFINITY);

type Used = { readonly cores: number; readonly bytes: number };

/** Ten points a second. */
function point(index: number, { cores, bytes }: Used): TimelinePoint {
  return {
    atSeconds: index / 10,
    allocation: UNLIMITED,
    cpuCoresUsed: cores,
    cpuCoresThrottled: 0,
    memoryBytes: bytes,
    memoryWorkingSetBytes: bytes,
    memoryStalled: false,
    ingressBitsPerSecond: 0,
    egressBitsPerSecond: 0,
    processCount: 1,
    activity: 'computing',
    place: '',
  };
}

function outlooksOf(usage: readonly Used[]): Outlooks {
  const outlooks = new Outlooks();
  for (const [index, used] of usage.entries()) outlooks.observe(point(index, used));
  return outlooks;
}

const steady = (seconds: number) =>
  Array.from({ length: seconds * 10 }, (_, index) => ({ cores: 1, bytes: index * MIB }));
const horizons = (seconds: number) =>
  outlooksOf(steady(seconds))
    .look(UNLIMITED)
    .map(({ horizonMs }) => horizonMs);

test('a horizon is spoken of once three of them were seen', () => {
  expect(horizons(2)).toEqual([]);
  expect(horizons(4)).toEqual([1000]);
  expect(horizons(15)).toEqual([1000, 3000]);
  expect(horizons(100)).toEqual([1000, 3000, 10_000, 30_000]);
});

test('memory goes on rising from where it is, CPU goes back to where it was, both within what may be had', () => {
  const cpu = (index: number) => (index % 10 === 0 ? 2 : 0);
  const usage = steady(60).map(({ bytes }, index) => ({ cores: cpu(index), bytes }));
  const all = outlooksOf(usage).look(UNLIMITED);
  const now = usage.at(-1)!.bytes;
  // Ten MiB a second; a step more or less of the horizon is what a reading may be late by.
  for (const { horizonMs, memoryBytes, cpuCores } of all) {
    const rise = (memoryBytes.p50 - now) / MIB;
    expect(rise).toBeGreaterThanOrEqual((horizonMs / 100) * 0.85);
    expect(rise).toBeLessThanOrEqual((horizonMs / 100) * 1.15);
    expect([cpuCores.p50, cpuCores.p99]).toEqual([2, 2]);
  }
  const most = { ...UNLIMITED, memoryBytes: now + MIB, cpuCores: 1 };
  for (const { memoryBytes, cpuCores } of outlooksOf(usage).look(most))
    expect([memoryBytes.p99, cpuCores.p99]).toEqual([now + MIB, 1]);
});

test('quantiles never fall, neither from p50 to p99 nor from a horizon to the next', () => {
  const used = fc.record({
    cores: fc.double({ min: 0, max: 8, noNaN: true }),
    bytes: fc.integer({ min: 0, max: 4000 * MIB }),
  });
  fc.assert(
    fc.property(fc.array(used, { minLength: 40, maxLength: 500 }), (usage) => {
      const all = outlooksOf(usage).look(UNLIMITED);
      expect(all.length).toBeGreaterThan(0);
      for (const key of ['cpuCores', 'memoryBytes'] as const) {
        for (const { [key]: q } of all)
          expect([q.p50, q.p90, q.p95, q.p99]).toEqual(
            [q.p50, q.p90, q.p95, q.p99].toSorted((a, b) => a - b),
          );
        for (const share of ['p50', 'p99'] as const) {
          const far = all.map(({ [key]: q }) => q[share]);
          expect(far).toEqual(far.toSorted((a, b) => a - b));
        }
      }
    }),
    { numRuns: 50 },
  );
});

/** Rises by 0 to 10 MiB, one time in ten by up to 100, and is given back now and then. */
function jumps(seed: number): Used[] {
  let state = seed;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  let bytes = 100 * MIB;
  return Array.from({ length: 6000 }, () => {
    bytes += random() * (random() < 0.1 ? 100 : 10) * MIB;
    if (random() < 0.02) bytes = 100 * MIB;
    return { cores: random(), bytes };
  });
}

test('quantiles hold about as often as they say', () => {
  const usage = jumps(7);
  const held = { p50: 0, p90: 0, p99: 0 };
  const outlooks = new Outlooks();
  let made = 0;
  for (const [index, used] of usage.entries()) {
    outlooks.observe(point(index, used));
    const [, expected] = index % 7 === 0 ? outlooks.look(UNLIMITED) : [];
    if (!expected || index + 30 >= usage.length) continue;
    const came = Math.max(...usage.slice(index + 1, index + 31).map(({ bytes }) => bytes));
    made++;
    for (const share of ['p50', 'p90', 'p99'] as const)
      if (came <= expected.memoryBytes[share]) held[share]++;
  }
  expect(made).toBeGreaterThan(500);
  expect(held.p50 / made).toBeGreaterThan(0.4);
  expect(held.p50 / made).toBeLessThan(0.6);
  expect(held.p90 / made).toBeGreaterThan(0.82);
  expect(held.p90 / made).toBeLessThan(0.96);
  expect(held.p99 / made).toBeGreaterThan(0.94);
});
