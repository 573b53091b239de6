import { expect, test } from 'vitest';
import { emptyAhead } from '#model/ahead.ts';
import type { Allocation } from '#model/allocation.ts';
import type { Target } from '#model/decision.ts';
import { emptyForecast } from '#model/forecast.ts';
import type { Floor } from '#model/hint.ts';
import { emptySample } from '#model/sample.ts';
import { decide } from './decide.ts';
import type { Policy, PolicyInput } from './policy.ts';

const size = (cpuCores: number, memoryBytes: number): Allocation => ({
  cpuCores,
  memoryBytes,
  ingressBitsPerSecond: 0,
  egressBitsPerSecond: 0,
});
const MIB = 2 ** 20;
const now = size(1, 100 * MIB);

function decided(floor: Floor | undefined, wants?: Allocation, mode: 'auto' | 'locked' = 'auto') {
  const policy: Policy = { name: 'predictive', decide: () => wants && target(wants) };
  const input: PolicyInput = {
    sample: emptySample(),
    allocation: now,
    constraints: { min: size(0.1, MIB), max: size(4, 1024 * MIB), priority: 50, mode },
    complexityScore: 0,
    forecast: emptyForecast(),
    ahead: emptyAhead(),
    floor,
  };
  return decide(policy, input);
}

function target(allocation: Allocation): Target {
  const common = { value: 1, threshold: 1, factor: 1, text: '' };
  const reasons = [
    { resource: 'cpu', signal: 'cpu.own', ...common },
    { resource: 'memory', signal: 'memory.own', ...common },
  ] as const;
  return { allocation, reasons, rolledBack: false };
}

const signals = (decision: Target | undefined) => decision?.reasons.map(({ signal }) => signal);
const ask = (value: number) => ({ value, text: 'asked' });

test('what was asked for is given before it is needed, and said', () => {
  const decision = decided({ memoryBytes: ask(500 * MIB) });
  expect(decision?.allocation).toEqual(size(1, 500 * MIB));
  expect(decision?.reasons).toEqual([
    {
      resource: 'memory',
      signal: 'hint.memory',
      value: 500 * MIB,
      threshold: 100 * MIB,
      factor: 5,
      text: 'asked',
    },
  ]);
});

test('never beyond the maximum, and not at all when locked', () => {
  const greedy = { memoryBytes: ask(2 ** 50), cpuCores: ask(1e6) };
  expect(decided(greedy)?.allocation).toEqual(size(4, 1024 * MIB));
  expect(decided(greedy, undefined, 'locked')).toBeUndefined();
});

test('a policy may go above it and not below it', () => {
  const floor = { memoryBytes: ask(80 * MIB), cpuCores: ask(0.8) };
  expect(decided(floor)).toBeUndefined();
  expect(decided(floor, size(0.1, 10 * MIB))?.allocation).toEqual(size(0.8, 80 * MIB));
  const above = decided(floor, size(2, 200 * MIB));
  expect(above?.allocation).toEqual(size(2, 200 * MIB));
  expect(signals(above)).toEqual(['cpu.own', 'memory.own']);
});

test('what is said of other resources stays', () => {
  const decision = decided({ memoryBytes: ask(500 * MIB) }, size(2, 100 * MIB));
  expect(decision?.allocation).toEqual(size(2, 500 * MIB));
  expect(signals(decision)).toEqual(['cpu.own', 'hint.memory']);
});

test('without it nothing changes', () => {
  expect(decided(undefined)).toBeUndefined();
  expect(signals(decided({}, size(2, 100 * MIB)))).toEqual(['cpu.own', 'memory.own']);
});

test('below its minimum goes who may rest, by a policy that lets it, and not while a hint asks for CPU', () => {
  const resting = target(size(0.02, 100 * MIB));
  const cores = (rests: boolean, restingCores?: number, floor?: Floor) =>
    decide(
      { name: 'own', ...(rests && { rests }), decide: () => resting },
      {
        sample: emptySample(),
        allocation: now,
        constraints: {
          min: size(0.1, MIB),
          max: size(4, 1024 * MIB),
          priority: 50,
          mode: 'auto',
          ...(restingCores !== undefined && { restingCores }),
        },
        complexityScore: 0,
        forecast: emptyForecast(),
        ahead: emptyAhead(),
        floor,
      },
    )?.allocation.cpuCores;
  expect(cores(true, 0.02)).toBe(0.02);
  expect(cores(true)).toBe(0.1);
  expect(cores(false, 0.02)).toBe(0.1);
  const hint = { value: 0.5, text: 'hint: cpu=0.5' };
  expect(cores(true, 0.02, { cpuCores: hint })).toBe(0.5);
});
