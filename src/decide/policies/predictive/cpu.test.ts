import { expect, test } from 'vitest';
import { configSchema } from '#config/schema.ts';
import { claimCpu, clearAhead, emptyAhead } from '#model/ahead.ts';
import { emptyForecast } from '#model/forecast.ts';
import { emptySample, type Sample } from '#model/sample.ts';
import { Forecasts } from '#predict/forecasts.ts';
import type { PolicyInput } from '../../policy.ts';
import { newCpuMemory } from './cpu-memory.ts';
import { decideCpu } from './cpu.ts';

const { predictive: settings, base } = configSchema.parse({});
const RATES = { ingressBitsPerSecond: 1e6, egressBitsPerSecond: 1e6 };
const constraints = {
  min: { cpuCores: 0.1, memoryBytes: 2e6, ...RATES },
  max: { cpuCores: 4, memoryBytes: 4e9, ...RATES },
  priority: 50,
  mode: 'auto',
} as const;

type Reading = Partial<Sample> & { readonly claimed?: number; readonly hasStarted?: true };

const times = (count: number, reading: Reading): Reading[] =>
  Array.from({ length: count }, () => reading);

const restOf = ({ restingCores }: { readonly restingCores?: number }) =>
  restingCores === undefined ? {} : { restingCores };

/** Cores after each reading of 20 ms. */
function coresThrough(
  readings: readonly Reading[],
  given: {
    readonly threads: number;
    readonly restingCores?: number;
    /** A cut is in force so many readings later. */
    readonly cutsTake?: number;
  } & Pick<PolicyInput, 'actuationMs' | 'wakingCores'>,
): number[] {
  const ahead = emptyAhead();
  const sample = emptySample();
  const memory = newCpuMemory();
  const forecasts = new Forecasts(settings, { ahead, sample, actuationMs: 0 });
  let allocation = { ...base, cpuCores: 1 };
  let startedMs: number | undefined;
  let cut = { to: allocation.cpuCores, left: 0 };
  return readings.map(({ claimed, hasStarted, ...change }) => {
    Object.assign(sample, { cpuCoresThrottled: 0 }, change, {
      atMs: sample.atMs + 20,
      intervalMs: 20,
    });
    forecasts.observe();
    if (hasStarted) forecasts.forgetCpu((startedMs = sample.atMs));
    clearAhead(ahead);
    if (claimed !== undefined) claimCpu(ahead, 'prior', claimed, 'a pool comes next');
    const input = {
      ...{ sample, allocation, complexityScore: 20, ahead, startedMs },
      constraints: { ...constraints, ...restOf(given) },
      forecast: forecasts.forecast(30, emptyForecast()),
      runnableThreads: (most: number) => Math.min(most, given.threads),
      actuationMs: given.actuationMs ?? 1,
      wakingCores: allocation.cpuCores <= 0.1 ? (given.wakingCores ?? 0) : 0,
    };
    const to = decideCpu(input, memory, settings)?.to ?? allocation.cpuCores;
    if (cut.left > 0 && --cut.left === 0) allocation = { ...allocation, cpuCores: cut.to };
    else if (to > allocation.cpuCores || given.cutsTake === undefined)
      allocation = { ...allocation, cpuCores: to };
    else if (to < allocation.cpuCores && cut.left === 0) cut = { to, left: given.cutsTake };
    return allocation.cpuCores;
  });
}

const ONE = { cpuCoresUsed: 1 };

/** A second thread that runs when it is first asked for, and never again. */
function twoThenOne() {
  let asked = 0;
  return {
    get threads() {
      return asked++ === 0 ? 2 : 1;
    },
  };
}

test('one thread that was once taken for two has one core again, and not a margin for ever', () => {
  const misread = { cpuCoresUsed: 1.3 };
  const cores = coresThrough([...times(10, ONE), misread, ...times(20, ONE)], twoThenOne());
  expect(Math.max(...cores)).toBeGreaterThan(1.2);
  expect(cores.at(-1)).toBe(1);
  const byATick = coresThrough([...times(10, ONE), { cpuCoresUsed: 1.2 }], twoThenOne());
  expect(byATick.at(-1), 'what a tick of the kernel explains is no second thread').toBe(1);
});

const AT_REST = { restingCores: 0.02 };
const NOTHING = { cpuCoresUsed: 0 };
const A_LITTLE = { cpuCoresUsed: 0.15 };

test('who rests is left with next to nothing, and has a core when it works again', () => {
  const rest = [{ ...ONE, hasStarted: true } as const, ...times(10, NOTHING)];
  const cores = coresThrough([...rest, { cpuCoresUsed: 0.5 }], { threads: 0, ...AT_REST });
  expect(cores.at(-2)).toBe(0.02);
  expect(cores.at(-1)).toBe(1);
});

test('who does a little now and then has a tenth of a core for it, and is sent to rest ever more seldom', () => {
  const tick = [A_LITTLE, ...times(3, NOTHING)];
  const readings = [...times(10, NOTHING), ...Array.from({ length: 40 }, () => tick).flat()];
  const cores = coresThrough(readings, { threads: 0, ...AT_REST });
  expect(cores[9]).toBe(0.02);
  expect(Math.max(...cores.slice(10))).toBe(0.1);
  const changes = cores.map((now, at) => Number(at > 0 && now !== cores[at - 1]));
  const changesIn = (from: number, to: number) => changes.slice(from, to).reduce((a, b) => a + b);
  expect(changesIn(10, 50)).toBeGreaterThan(changesIn(130, 170));
  expect(changesIn(130, 170)).toBeLessThanOrEqual(3);
});

test('where more may be used at once, only what adds up is a lack', () => {
  const sixMsOf60 = [{ cpuCoresUsed: 0.3 }, NOTHING, NOTHING];
  const begun = times(20, NOTHING);
  const ticks = Array.from({ length: 30 }, () => sixMsOf60).flat();
  const given = { threads: 0, restingCores: 0.02, wakingCores: 0.5 };
  const cores = coresThrough([...begun, ...ticks], given);
  expect(Math.max(...cores.slice(20))).toBe(0.1);
  expect(coresThrough([...begun, ONE], given).at(-1), 'a thread that runs').toBe(1);
  const half = times(2, { cpuCoresUsed: 0.6 });
  expect(coresThrough([...begun, ...half], given).at(-1), 'and one that goes on').toBe(1);
  expect(Math.max(...coresThrough([...begun, ...ticks], { threads: 0 }).slice(20))).toBe(1);
});

test('what is never used costs less than what the minimum was, wherever a change takes its time', () => {
  const readings = times(40, NOTHING);
  expect(coresThrough(readings, { threads: 0, actuationMs: 250 }).at(-1)).toBe(0.1);
  expect(coresThrough(readings, { threads: 0 }).at(-1)).toBe(0.1);
});

test('a first size that is not used is cut sooner than what usage asked for', () => {
  const some = times(8, { cpuCoresUsed: 0.3 });
  const started = coresThrough([{ ...ONE, hasStarted: true }, ...some], { threads: 0 });
  expect(started.at(-1)).toBeLessThan(0.6);
  const asked = [...times(8, ONE), ...times(8, NOTHING), ONE, ...some];
  const raised = coresThrough(asked, { threads: 0 });
  expect(raised.at(-1)).toBe(1);
});

test('threads that keep whole cores busy are left as many, those that do not have their margin', () => {
  const after = (cpuCoresUsed: number, threads: number) =>
    coresThrough([...times(5, { cpuCoresUsed: 3.5 }), ...times(60, { cpuCoresUsed })], { threads });
  expect(after(1.99, 2).at(-1)).toBe(2);
  expect(after(0.5, 0).at(-1)).toBeCloseTo(0.55, 1);
});

test('what was prepared and does not come is taken back within a tenth of a second', () => {
  const claim = { ...ONE, claimed: 2 };
  const cores = coresThrough([...times(20, ONE), claim, ...times(6, ONE)], { threads: 1 });
  expect(cores[20]).toBeGreaterThanOrEqual(2);
  expect(cores.at(-1)).toBe(1);
  const slow = coresThrough([...times(20, ONE), claim, ...times(6, ONE)], {
    threads: 1,
    actuationMs: 250,
  });
  expect(slow.at(-1)).toBeGreaterThanOrEqual(2);
});

test('what was prepared and comes is kept, and so is the core of a thread that waits meanwhile', () => {
  const comes = [...times(20, ONE), { ...ONE, claimed: 2 }, ...times(10, { cpuCoresUsed: 2 })];
  expect(coresThrough(comes, { threads: 2 }).at(-1)).toBeGreaterThanOrEqual(2);
  const rests = { cpuCoresUsed: 0.3 };
  const waits = [...times(20, rests), { ...rests, claimed: 2 }, ...times(6, rests)];
  expect(coresThrough(waits, { threads: 0 }).at(-1)).toBe(1);
});

test('what an interpreter and its probe started with is taken back when they have started', () => {
  const start = times(3, { cpuCoresUsed: 1.8 });
  const after = (first: Reading) =>
    coresThrough([...start, first, ...times(3, ONE)], twoThenOne()).at(-1);
  expect(after(ONE)).toBeGreaterThan(1.8);
  expect(after({ ...ONE, hasStarted: true })).toBe(1);
});

test('where a change takes its time, a wait that was too short for it is not given back the next time', () => {
  const turn = [...times(18, NOTHING), ...times(9, ONE)];
  const readings = [...times(30, ONE), ...Array.from({ length: 10 }, () => turn).flat()];
  const cores = coresThrough(readings, { threads: 0, actuationMs: 250, cutsTake: 14 });
  expect(Math.min(...cores.slice(0, 100))).toBeLessThan(1);
  expect(Math.min(...cores.slice(120))).toBe(1);
});

test('of one thread that comes next no more than a core is prepared', () => {
  const comes = { ...ONE, claimed: 1 };
  expect(Math.max(...coresThrough([...times(20, ONE), ...times(3, comes)], { threads: 1 }))).toBe(
    1,
  );
  const wakes = { ...NOTHING, claimed: 1 };
  const cores = coresThrough([...times(30, NOTHING), wakes], { threads: 0, actuationMs: 250 });
  expect(cores.at(-1)).toBe(1);
});
