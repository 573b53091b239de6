import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configSchema } from '#config/schema.ts';
import { createPolicy } from '#decide/create-policy.ts';
import type { PolicyName } from '#model/constraints.ts';
import { randomFor, seededRandom } from '../random.ts';
import { settingsFrom } from '../settings.ts';
import { traceToDemand } from '../traces/to-demand.ts';
import { ARRIVALS, arrivalTimes } from './arrivals.ts';
import { simulateFleet } from './fleet.ts';
import { imaginedTrace } from './imagined-trace.ts';
import { Schedule } from './schedule.ts';

const config = configSchema.parse({});
const capacity = {
  cpuCores: 4,
  memoryBytes: 2 ** 32,
  ingressBitsPerSecond: 1e9,
  egressBitsPerSecond: 1e9,
};

function fleet(nodes: number, name: PolicyName = 'predictive') {
  return simulateFleet({
    arrivals: arrivalTimes(
      { kind: 'poisson', perSecond: 4, count: 60, daySeconds: 60 },
      seededRandom(3),
    ),
    demandOf: (index) =>
      traceToDemand(
        imaginedTrace(`${index}`, randomFor(1, `${index}`)),
        'ramp',
        seededRandom(index),
      ),
    policy: { name, create: () => createPolicy(name, config) },
    settings: settingsFrom(config, capacity),
    nodes,
    patienceMs: 5000,
  });
}

test('on nodes enough all runs come to their end at once', async () => {
  const totals = await fleet(40);
  expect(totals).toMatchObject({ runs: 60, admitted: 60, refused: 0, exhausted: 0 });
  expect(totals.waitSeconds.most).toBe(0);
  expect(totals.reserved.memory).toBeGreaterThan(totals.used.memory);
});

test('on too few some wait and some are refused, and none is lost', async () => {
  const totals = await fleet(1);
  expect(totals.runs + totals.refused).toBe(60);
  expect(totals.refused).toBeGreaterThan(0);
  expect(totals.waitSeconds.most).toBeGreaterThan(0);
  expect(totals.reserved.cpu).toBeLessThanOrEqual(1);
  expect(totals.reserved.memory).toBeLessThanOrEqual(1);
});

test('where there is not enough for all, the higher priority is not held up', async () => {
  const name = 'predictive';
  const initial = { ...config.base, cpuCores: 0.2 };
  const computing = Array.from({ length: 11 }, (_, atSeconds) => ({
    atSeconds,
    memoryBytes: 2 ** 25,
    cpuCores: 1,
  }));
  const { priorities } = await simulateFleet({
    arrivals: Float64Array.from({ length: 4 }, (_, index) => 10 * index),
    demandOf: (index) =>
      traceToDemand({ id: `${index}`, readings: computing }, 'ramp', seededRandom(index)),
    priorityOf: (index) => (index === 3 ? 90 : 20),
    policy: { name, create: () => createPolicy(name, config) },
    settings: settingsFrom(config, { ...capacity, cpuCores: 2 }, { initial }),
    nodes: 1,
    patienceMs: 5000,
  });
  const [high, low] = priorities.map(({ slowdowns }) => slowdowns);
  expect(high!.most).toBeLessThan(1.1);
  // Three share what one processor and the end of the first leave.
  expect(low!.p50).toBeGreaterThan(1.5);
});

test('the same twice is the same result', async () => {
  expect(await fleet(2)).toEqual(await fleet(2));
});

test.each(ARRIVALS)('%s arrivals are in order and come at their rate', (kind) => {
  const times = arrivalTimes(
    { kind, perSecond: 20, count: 20_000, daySeconds: 100 },
    seededRandom(5),
  );
  expect(times).toEqual(Float64Array.from(times).sort());
  const perSecond = times.length / (times.at(-1)! / 1000);
  expect(perSecond).toBeGreaterThan(18);
  expect(perSecond).toBeLessThan(22);
});

test('bursty arrivals vary more than poisson ones', () => {
  const spreadOf = (kind: 'poisson' | 'bursty') => {
    const settings = { kind, perSecond: 20, count: 20_000, daySeconds: 100 };
    const perSecond = new Map<number, number>();
    for (const ms of arrivalTimes(settings, seededRandom(5))) {
      const second = Math.floor(ms / 1000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    const counts = [...perSecond.values()];
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length / mean;
  };
  // The variance of a Poisson count is its mean.
  expect(spreadOf('poisson')).toBeGreaterThan(0.8);
  expect(spreadOf('poisson')).toBeLessThan(1.2);
  expect(spreadOf('bursty')).toBeGreaterThan(3);
});

test('a schedule gives back in order of time, equals in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 300 }), (times) => {
      const schedule = new Schedule<readonly [number, number]>();
      times.forEach((atMs, index) => schedule.add(atMs, [atMs, index]));
      const taken = times.map(() => schedule.take()!);
      expect(taken).toEqual(
        times.map((atMs, index) => [atMs, index]).sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!),
      );
      expect(schedule.take()).toBeUndefined();
    }),
  );
});
