import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configSchema } from '#config/schema.ts';
import { ALLOCATION_KEYS, type Allocation } from '#model/allocation.ts';
import type { Constraints } from '#model/constraints.ts';
import { emptyAhead } from '#model/ahead.ts';
import { emptyForecast } from '#model/forecast.ts';
import { emptySample, type Sample } from '#model/sample.ts';
import { Forecasts } from '#predict/forecasts.ts';
import { createPolicy } from './create-policy.ts';
import { decide } from './decide.ts';
import type { PolicyInput } from './policy.ts';

const config = configSchema.parse({});
const MIB = 2 ** 20;
const constraints: Constraints = {
  min: {
    cpuCores: 0.1,
    memoryBytes: 16 * MIB,
    ingressBitsPerSecond: 1e6,
    egressBitsPerSecond: 1e6,
  },
  max: {
    cpuCores: 2,
    memoryBytes: 4096 * MIB,
    ingressBitsPerSecond: 1e9,
    egressBitsPerSecond: 1e9,
  },
  priority: 50,
  mode: 'auto',
};

const reading = fc.record({
  intervalMs: fc.integer({ min: 5, max: 1000 }),
  cpuCoresUsed: fc.double({ min: 0, max: 4, noNaN: true }),
  cpuCoresThrottled: fc.double({ min: 0, max: 4, noNaN: true }),
  memoryWorkingSetBytes: fc.integer({ min: 0, max: 6000 * MIB }),
  memoryStalled: fc.boolean(),
  ingressBitsPerSecond: fc.integer({ min: 0, max: 2e9 }),
  egressBitsPerSecond: fc.integer({ min: 0, max: 2e9 }),
  ingressBacklogBytes: fc.integer({ min: 0, max: 1e7 }),
});

/** Drives a policy through readings as the loop does; yields every allocation it led to. */
function* drive(
  name: 'predictive' | 'threshold',
  readings: readonly Partial<Sample>[],
  more: Pick<PolicyInput, 'runnableThreads' | 'actuationMs'> = {},
) {
  const policy = createPolicy(name, config);
  const ahead = emptyAhead();
  const sample = emptySample();
  const forecasts = new Forecasts(config.predictive, { ahead, sample, actuationMs: 0 });
  let allocation: Allocation = { ...config.base };
  for (const change of readings) {
    Object.assign(sample, change, { atMs: sample.atMs + (change.intervalMs ?? 20) });
    forecasts.observe();
    const forecast = forecasts.forecast(30, emptyForecast());
    const input = {
      sample,
      allocation,
      constraints,
      complexityScore: 20,
      forecast,
      ahead,
      ...more,
    };
    const target = decide(policy, input);
    yield { before: allocation, sample: { ...sample }, target };
    allocation = target?.allocation ?? allocation;
  }
}

test.each(['predictive', 'threshold'] as const)('%s never leaves the constraints', (name) => {
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 60 }), (readings) => {
      for (const { target } of drive(name, readings)) {
        for (const key of ALLOCATION_KEYS) {
          expect(target?.allocation[key] ?? constraints.min[key]).toBeGreaterThanOrEqual(
            constraints.min[key],
          );
          expect(target?.allocation[key] ?? constraints.max[key]).toBeLessThanOrEqual(
            constraints.max[key],
          );
        }
      }
    }),
  );
});

test.each(['predictive', 'threshold'] as const)('%s never cuts into a live working set', (name) => {
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 60 }), (readings) => {
      for (const { before, sample, target } of drive(name, readings)) {
        if (!target || target.allocation.memoryBytes >= before.memoryBytes) continue;
        expect(target.allocation.memoryBytes).toBeGreaterThanOrEqual(
          Math.min(before.memoryBytes, sample.memoryWorkingSetBytes),
        );
      }
    }),
  );
});

test.each(['predictive', 'threshold'] as const)('%s gives a reason for every change', (name) => {
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 40 }), (readings) => {
      for (const { target } of drive(name, readings)) {
        expect(target?.reasons.length ?? 1).toBeGreaterThan(0);
      }
    }),
  );
});

test('predictive settles on constant demand and stays there', () => {
  const constant = { intervalMs: 20, cpuCoresUsed: 0.7, memoryWorkingSetBytes: 200 * MIB };
  const steps = [
    ...drive(
      'predictive',
      Array.from({ length: 500 }, () => constant),
    ),
  ];
  expect(steps.slice(-200).filter(({ target }) => target)).toEqual([]);
  const last = steps.at(-1)!.before;
  expect(last.cpuCores).toBeGreaterThan(0.7);
  expect(last.cpuCores).toBeLessThan(0.85);
  expect(last.memoryBytes).toBeLessThan(240 * MIB);
});

test('predictive gives a waking program a whole core at once', () => {
  const idle = Array.from({ length: 50 }, () => ({ intervalMs: 20, cpuCoresUsed: 0 }));
  const steps = [...drive('predictive', [...idle, { intervalMs: 20, cpuCoresUsed: 0.5 }])];
  expect(steps.at(-2)!.before.cpuCores).toBe(0.1);
  expect(steps.at(-1)!.target?.allocation.cpuCores).toBeGreaterThanOrEqual(1);
});

const times = (count: number, change: Partial<Sample>) =>
  Array.from({ length: count }, () => ({ intervalMs: 20, ...change }));
const IDLE = times(50, { cpuCoresUsed: 0 });
const WAKES = times(1, { cpuCoresUsed: 0.5 });
const coresAfter = (
  readings: readonly Partial<Sample>[],
  more: Parameters<typeof drive>[2] & { actuationMs: number },
) => {
  const last = [...drive('predictive', readings, more)].at(-1)!;
  return last.target?.allocation.cpuCores ?? last.before.cpuCores;
};

test('what was throttled before a raise is in force has been answered by it', () => {
  const throttled = times(10, { cpuCoresUsed: 0.1, cpuCoresThrottled: 3 });
  const after = (actuationMs: number) =>
    coresAfter([...IDLE, ...WAKES, ...throttled], { actuationMs });
  expect([after(1), after(250)]).toEqual([2, 1]);
});

test('where a change takes its time, a wait that may be as short takes no CPU back', () => {
  const waits = [...times(50, { cpuCoresUsed: 1 }), ...times(10, { cpuCoresUsed: 0 })];
  expect(coresAfter(waits, { actuationMs: 1 })).toBe(0.1);
  expect(coresAfter(waits, { actuationMs: 250 })).toBeGreaterThanOrEqual(1);
  expect(coresAfter([...waits, ...IDLE], { actuationMs: 250 })).toBe(0.1);
});

test('where a change takes its time, every thread gets its core in one', () => {
  const after = (actuationMs: number) =>
    coresAfter([...IDLE, ...WAKES], {
      actuationMs,
      // While it waits none would run.
      runnableThreads: (most) => (most > 1 ? 2 : 0),
    });
  expect([after(1), after(250)]).toEqual([1, 2]);
});

test('predictive takes no processor from threads that want to run and get none', () => {
  const starved = Array.from({ length: 50 }, () => ({ intervalMs: 20, cpuCoresUsed: 0 }));
  const before = { intervalMs: 20, cpuCoresUsed: 1.9 };
  const cutTo = (threads: number) =>
    [
      ...drive('predictive', [before, ...starved], {
        runnableThreads: (most) => Math.min(threads, most),
      }),
    ].at(-1)!.before.cpuCores;
  expect(cutTo(0)).toBe(0.1);
  expect(cutTo(1)).toBe(1);
  expect(cutTo(2)).toBeGreaterThan(1.9);
});

test('predictive does not take a reading that is a tick too high for a second thread', () => {
  const oneThread = [
    { intervalMs: 20, cpuCoresUsed: 0.9 },
    { intervalMs: 10, cpuCoresUsed: 1.6 },
  ];
  const grownTo = (threads: number) =>
    [...drive('predictive', oneThread, { runnableThreads: (most) => Math.min(threads, most) })].at(
      -1,
    )!.target?.allocation.cpuCores;
  expect(grownTo(2)).toBeGreaterThan(1.6);
  expect(grownTo(1)).toBeUndefined();
});

test('what the code foresees is reserved as far as it can be filled before a raise is in force', () => {
  const policy = createPolicy('predictive', config);
  const ahead = emptyAhead();
  const sample = { ...emptySample(), atMs: 20, intervalMs: 20, memoryWorkingSetBytes: 10 * MIB };
  const allocation = { ...config.base, memoryBytes: 12 * MIB };
  const grownTo = (horizonMs: number, burstRoomBytes?: number) => {
    const forecast = emptyForecast();
    forecast.horizonMs = horizonMs;
    Object.assign(forecast.memoryBytes, { trendRoom: 10 * MIB, room: 468 * MIB, leading: 'prior' });
    ahead.claims.prior.memoryText = 'list comes next and takes 458Mi';
    const input = { sample, allocation, constraints, complexityScore: 20, forecast, ahead };
    return decide(policy, { ...input, burstRoomBytes })?.allocation.memoryBytes;
  };
  expect(grownTo(21)! / MIB).toBeCloseTo(10 + (21 * 1.8 * 2e6) / MIB + 0.5, 0);
  expect(grownTo(21, 64 * MIB)! / MIB).toBeCloseTo(10 + (21 * 1.8 * 2e6) / MIB - 64 + 0.5, 0);
  expect(grownTo(1000, 64 * MIB)! / MIB).toBeCloseTo(468 + 0.5, 0);
  expect(grownTo(5, 64 * MIB)).toBeUndefined();
});

test('growth is reserved ahead of use as far as the room above would not let it through', () => {
  const policy = createPolicy('predictive', config);
  const sample = { ...emptySample(), atMs: 20, intervalMs: 20, memoryWorkingSetBytes: 100 * MIB };
  const allocation = { ...config.base, memoryBytes: 90 * MIB };
  const aheadOf = (growthMib: number, burstRoomBytes?: number) => {
    const reach = (100 + growthMib) * MIB;
    const forecast = emptyForecast();
    forecast.horizonMs = 21;
    Object.assign(forecast.memoryBytes, { trendRoom: reach, room: reach, leading: 'trend' });
    const ahead = emptyAhead();
    const input = { sample, allocation, constraints, complexityScore: 20, forecast, ahead };
    const { memoryBytes } = decide(policy, { ...input, burstRoomBytes })!.allocation;
    return memoryBytes / MIB - 100;
  };
  // Above all of them lies a step of 2 %.
  expect(aheadOf(30)).toBeCloseTo(32);
  expect(aheadOf(40, 64 * MIB)).toBeCloseTo(1.8 * 40 - 64 + 2);
  expect(aheadOf(20, 64 * MIB)).toBeCloseTo(2 + 2);
  // No program fills memory that fast: it was charged all at once.
  expect(aheadOf(500, 64 * MIB)).toBeCloseTo((21 * 1.8 * 2e6) / MIB - 64 + 2);
});

test('a peak that may come again is given back as far as the room above lets it through', () => {
  const policy = createPolicy('predictive', config);
  const allocation = { ...config.base, memoryBytes: 180 * MIB };
  const cutAt = (atMs: number) => {
    const sample = { ...emptySample(), atMs, intervalMs: 20, memoryWorkingSetBytes: 100 * MIB };
    const forecast = emptyForecast();
    forecast.horizonMs = 21;
    Object.assign(forecast.memoryBytes, { trendRoom: 120 * MIB, room: 120 * MIB });
    const more = { ahead: emptyAhead(), burstRoomBytes: 64 * MIB };
    return decide(policy, {
      sample,
      allocation,
      constraints,
      complexityScore: 20,
      forecast,
      ...more,
    });
  };
  expect(cutAt(20)?.allocation.memoryBytes).toBeUndefined();
  const cut = cutAt(1000)!;
  expect(cut.allocation.memoryBytes / MIB).toBeCloseTo(102.25);
  const [reason] = cut.reasons.filter(({ resource }) => resource === 'memory');
  expect(reason?.text).toBe(
    'used at most 120Mi in the last 1 s, for 17.8Mi of which there is room above',
  );
});

test('memory that was prepared for what is still to come is not taken back', () => {
  const policy = createPolicy('predictive', config);
  const ahead = emptyAhead();
  const sample = { ...emptySample(), memoryWorkingSetBytes: 4 * MIB, intervalMs: 50 };
  const forecasts = new Forecasts(config.predictive, { ahead, sample, actuationMs: 0 });
  const allocation = { ...config.base, memoryBytes: 192 * MIB };
  const cutsTo = (heldMemoryBytes: number) => {
    ahead.heldMemoryBytes = heldMemoryBytes;
    for (let reading = 0; reading < 100; reading++) {
      sample.atMs += 50;
      forecasts.observe();
      const forecast = forecasts.forecast(100, emptyForecast());
      const input = { sample, allocation, constraints, complexityScore: 20, forecast, ahead };
      const cut = decide(policy, input)?.allocation.memoryBytes ?? allocation.memoryBytes;
      if (cut < allocation.memoryBytes) return cut;
    }
    return allocation.memoryBytes;
  };
  expect(cutsTo(190 * MIB)).toBe(192 * MIB);
  expect(cutsTo(150 * MIB)).toBeGreaterThan(150 * MIB);
  expect(cutsTo(0)).toBeLessThan(100 * MIB);
});

test('a locked instance is left alone', () => {
  const policy = createPolicy('predictive', config);
  const sample = { ...emptySample(), atMs: 20, intervalMs: 20, memoryStalled: true };
  const locked = { ...constraints, mode: 'locked' as const };
  const input = {
    sample,
    allocation: config.base,
    constraints: locked,
    complexityScore: 0,
    forecast: emptyForecast(),
    ahead: emptyAhead(),
  };
  expect(decide(policy, input)).toBeUndefined();
});
