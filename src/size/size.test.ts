import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALLOCATION_KEYS, mapAllocation, type Allocation } from '#model/allocation.ts';
import type { ComplexityProfile, Demand, Interval } from '#model/complexity.ts';
import type { Constraints } from '#model/constraints.ts';
import type { HistoryEstimate, HistoryQuantiles } from '#model/history.ts';
import { sizeFirstAllocation } from './size.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const base: Allocation = {
  cpuCores: 1,
  memoryBytes: 64 * MIB,
  ingressBitsPerSecond: 20e6,
  egressBitsPerSecond: 20e6,
};
const constraints: Constraints = {
  min: {
    cpuCores: 0.1,
    memoryBytes: 16 * MIB,
    ingressBitsPerSecond: 1e6,
    egressBitsPerSecond: 1e6,
  },
  max: { cpuCores: 8, memoryBytes: 16 * GIB, ingressBitsPerSecond: 1e9, egressBitsPerSecond: 1e9 },
  priority: 50,
  mode: 'auto',
};
const interpreterBytes = 10 * MIB;

type Demands = { readonly [Key in keyof Demand]: Interval };
const exactly = (value: number): Interval => ({ low: value, likely: value, high: value });
const modest: Demands = {
  peakMemoryBytes: { low: 0, likely: 100 * MIB, high: 10 * GIB },
  cpuCores: exactly(1),
  networkIntensity: exactly(0),
  idleShare: { low: 0, likely: 0, high: 1 },
};

function profileOf(demands: Demands): ComplexityProfile {
  const withReason = (interval: Interval) => ({ ...interval, reason: 'as evaluated' });
  return {
    language: 'python',
    coveredFraction: 1,
    score: 20,
    class: 'linear',
    spaceClass: 'linear',
    derivation: [],
    spaceDerivation: [],
    loops: [],
    functions: [],
    externalCalls: [],
    dataStructures: [],
    parallelism: [],
    usesRandomness: false,
    waits: false,
    demand: {
      peakMemoryBytes: withReason(demands.peakMemoryBytes),
      cpuCores: withReason(demands.cpuCores),
      networkIntensity: withReason(demands.networkIntensity),
      idleShare: withReason(demands.idleShare),
    },
  };
}

function sized(demands?: Demands, history?: HistoryEstimate, bounds = constraints) {
  const profile = demands && profileOf(demands);
  return sizeFirstAllocation({
    profile,
    history,
    base,
    constraints: bounds,
    interpreterBytes,
    burstRoomBytes: 0,
    resizesAtOnce: true,
  });
}

function historyWith(changes: Partial<HistoryEstimate>): HistoryEstimate {
  const none = quantiles(0);
  return {
    runs: 1,
    weight: 1,
    relation: 'same',
    distance: 0,
    peakMemoryBytes: quantiles(GIB),
    cpuCores: quantiles(1),
    ingressBitsPerSecond: none,
    egressBitsPerSecond: none,
    durationSeconds: quantiles(2),
    startMemoryBytes: quantiles(100 * MIB),
    startCpuCores: quantiles(0.25),
    course: [],
    places: [],
    ...changes,
  };
}

function quantiles(value: number): HistoryQuantiles {
  return { p50: value, p95: value, max: value, atLeast: false };
}

test('nothing is known: the base', () => {
  expect(sized()).toMatchObject({
    allocation: base,
    reasons: [],
    estimators: { cpuCores: 'base', memoryBytes: 'base' },
  });
});

test.each<[string, Interval, number]>([
  ['certain sizes count fully', exactly(800 * MIB), 891 * MIB],
  ['certainly little saves memory', { low: 0, likely: 0, high: 5 * MIB }, 16.5 * MIB],
  ['a guess leaves the base', { low: 0, likely: 100 * MIB, high: 10 * GIB }, 64 * MIB],
  ['a large guess adds the base once', { low: 0, likely: 4 * GIB, high: 10 * GIB }, 81.4 * MIB],
])('memory: %s', (_, peakMemoryBytes, expected) => {
  const { allocation } = sized({ ...modest, peakMemoryBytes });
  expect(allocation.memoryBytes / MIB).toBeCloseTo(expected / MIB, 1);
});

test('an infinite demand starts at the maximum', () => {
  const endless = exactly(Number.POSITIVE_INFINITY);
  const demands = { ...modest, peakMemoryBytes: endless, cpuCores: endless };
  expect(sized(demands, historyWith({})).allocation).toMatchObject({
    cpuCores: constraints.max.cpuCores,
    memoryBytes: constraints.max.memoryBytes,
  });
});

test('CPU: certain parallelism counts, waiting takes it back, the base stays', () => {
  const cores = (cpuCores: Interval, idleShare: Interval = modest.idleShare) =>
    sized({ ...modest, cpuCores, idleShare }).allocation.cpuCores;
  expect(cores(exactly(4))).toBe(4);
  expect(cores(exactly(4), exactly(0.9))).toBe(1);
  expect(cores({ low: 1, likely: 2, high: 64 })).toBe(1.25);
});

test('network: the minimum for code that has none, more than the base for code that lives by it', () => {
  const rate = (networkIntensity: Interval) =>
    sized({ ...modest, networkIntensity }).allocation.ingressBitsPerSecond;
  expect(rate(exactly(0))).toBe(1e6);
  expect(rate(exactly(0.5))).toBe(60e6);
});

test('history moves the start by its weight, by half as much for similar code', () => {
  const memoryMiB = (changes: Partial<HistoryEstimate>) =>
    sized(undefined, historyWith(changes)).allocation.memoryBytes / MIB;
  expect(memoryMiB({})).toBeCloseTo(84.5, 3);
  expect(memoryMiB({ runs: 9, weight: 6.126 })).toBeCloseTo(99.2, 1);
  expect(memoryMiB({ relation: 'shape' })).toBeCloseTo(74.25, 3);
});

test('every change has its reason and its author', () => {
  const tight = { ...constraints, max: { ...constraints.max, memoryBytes: 512 * MIB } };
  const demands = { ...modest, peakMemoryBytes: exactly(800 * MIB), cpuCores: exactly(4) };
  const { allocation, estimators, reasons } = sized(demands, historyWith({}), tight);
  expect(allocation.memoryBytes).toBeLessThanOrEqual(512 * MIB);
  expect(estimators).toMatchObject({ cpuCores: 'history', ingressBitsPerSecond: 'constraints' });
  expect(reasons.join('\n')).toMatch(/as evaluated[^]*1 run of this code[^]*its minimum/);
});

const interval = (max: number) =>
  fc
    .tuple(
      fc.double({ min: 0, max, noNaN: true }),
      fc.double({ min: 0, max, noNaN: true }),
      fc.double({ min: 0, max, noNaN: true }),
    )
    .map((ends) => ends.toSorted((a, b) => a - b))
    .map(([low, likely, high]) => ({ low: low!, likely: likely!, high: high! }));

const demands: fc.Arbitrary<Demands> = fc.record({
  peakMemoryBytes: interval(64 * GIB),
  cpuCores: interval(128),
  networkIntensity: interval(1),
  idleShare: interval(1),
});

const histories = fc.option(
  fc
    .record({
      memory: fc.nat(2 ** 40),
      cores: fc.nat(64),
      rate: fc.nat(2e9),
      weight: fc.nat(20),
      relation: fc.constantFrom('same' as const, 'shape' as const, 'similar' as const),
    })
    .map(({ memory, cores, rate, weight, relation }) =>
      historyWith({
        weight,
        relation,
        startMemoryBytes: quantiles(memory),
        startCpuCores: quantiles(cores),
        ingressBitsPerSecond: quantiles(rate),
        egressBitsPerSecond: quantiles(rate),
      }),
    ),
  { nil: undefined },
);

test('always within the constraints', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(demands, histories, share, share, (demand, history, a, b) => {
      const at = (part: number) =>
        mapAllocation(
          (key) => constraints.min[key] + part * (constraints.max[key] - constraints.min[key]),
        );
      const bounds = { ...constraints, min: at(Math.min(a, b)), max: at(Math.max(a, b)) };
      const { allocation } = sized(demand, history, bounds);
      for (const key of ALLOCATION_KEYS) {
        expect(allocation[key]).toBeGreaterThanOrEqual(bounds.min[key]);
        expect(allocation[key]).toBeLessThanOrEqual(bounds.max[key]);
      }
    }),
  );
});

test('more demand never starts with less', () => {
  fc.assert(
    fc.property(demands, demands, histories, (a, b, history) => {
      const pick = (choose: (...values: number[]) => number) => ({
        peakMemoryBytes: combine(a.peakMemoryBytes, b.peakMemoryBytes, choose),
        cpuCores: combine(a.cpuCores, b.cpuCores, choose),
        networkIntensity: combine(a.networkIntensity, b.networkIntensity, choose),
        idleShare: a.idleShare,
      });
      const less = sized(pick(Math.min), history).allocation;
      const more = sized(pick(Math.max), history).allocation;
      for (const key of ALLOCATION_KEYS) expect(more[key]).toBeGreaterThanOrEqual(less[key]);
    }),
  );
});

function combine(a: Interval, b: Interval, choose: (...values: number[]) => number): Interval {
  return {
    low: choose(a.low, b.low),
    likely: choose(a.likely, b.likely),
    high: choose(a.high, b.high),
  };
}
