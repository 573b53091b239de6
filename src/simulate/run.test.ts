import { expect, test } from 'vitest';
import { configSchema } from '#config/schema.ts';
import { createPolicy } from '#decide/create-policy.ts';
import type { PolicyName } from '#model/constraints.ts';
import type { TimelinePoint } from '#model/summary.ts';
import { imaginedTrace } from './fleet/imagined-trace.ts';
import { randomFor, seededRandom } from './random.ts';
import { simulateRun } from './run.ts';
import { settingsFrom } from './settings.ts';
import { traceToDemand } from './traces/to-demand.ts';

const config = configSchema.parse({});
const GIB = 2 ** 30;
const NETWORK = { ingressBitsPerSecond: 1e9, egressBitsPerSecond: 1e9 };
const capacity = { cpuCores: 4, memoryBytes: 8 * GIB, ...NETWORK };

const growing = traceToDemand(
  {
    id: 'growing',
    readings: [
      { atSeconds: 0, memoryBytes: 20e6, cpuCores: 1 },
      { atSeconds: 2, memoryBytes: 1000e6, cpuCores: 1 },
      { atSeconds: 10, memoryBytes: 1000e6, cpuCores: 1 },
    ],
  },
  'ramp',
  seededRandom(1),
);

function simulate(name: PolicyName, actuationLatencyMs: number, max = 8 * GIB) {
  const settings = settingsFrom(config, capacity, { actuationLatencyMs });
  const { constraints } = settings;
  const bounded = { ...constraints, max: { ...constraints.max, memoryBytes: max } };
  const timeline: TimelinePoint[] = [];
  const run = simulateRun({
    id: 'growing',
    demand: growing,
    settings: { ...settings, constraints: bounded },
    policy: { name, create: () => createPolicy(name, config) },
    onPoint: (point) => void timeline.push(point),
  });
  return run.then((result) => ({ result, timeline }));
}

test('the real policies follow a program on simulated time', async () => {
  const { result, timeline } = await simulate('predictive', 1);
  expect(result).toMatchObject({ outcome: 'succeeded', demandSeconds: 10 });
  expect(result.wallSeconds).toBeGreaterThanOrEqual(10);
  expect(result.wallSeconds).toBeLessThan(11);
  expect(result.memory.peakBytes).toBe(1000e6);
  expect(result.memory.reservedByteSeconds).toBeGreaterThan(result.memory.usedByteSeconds);
  expect(timeline.length).toBeGreaterThan(50);
});

test('slower actuation holds it up for longer', async () => {
  const [fast, slow] = [await simulate('predictive', 1), await simulate('predictive', 2000)];
  expect(slow.result.memory.stalledSeconds).toBeGreaterThan(fast.result.memory.stalledSeconds);
  expect(slow.result.wallSeconds).toBeGreaterThan(fast.result.wallSeconds);
});

test('only its maximum ends it', async () => {
  const { result } = await simulate('predictive', 1, 0.5 * GIB);
  expect(result.outcome).toBe('memory-exhausted');
  expect(result.memory.peakBytes).toBeLessThanOrEqual(0.5 * GIB + 1);
});

test('the same twice is the same result', async () => {
  const demandOf = () => {
    const random = randomFor(7, 'one');
    return traceToDemand(imaginedTrace('one', random), 'burst', random);
  };
  const settings = settingsFrom(config, capacity, { actuationLatencyMs: 50 });
  const policy = { name: 'predictive', create: () => createPolicy('predictive', config) };
  const run = () => simulateRun({ id: 'one', demand: demandOf(), settings, policy });
  expect(await run()).toEqual(await run());
});
