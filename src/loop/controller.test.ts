import { expect, test } from 'vitest';
import { unknownProfile } from '#analyze/unknown-profile.ts';
import { loadConfig } from '#config/load.ts';
import { createPolicy } from '#decide/create-policy.ts';
import type { Allocation } from '#model/allocation.ts';
import { NOTHING_KNOWN } from '#model/known-input.ts';
import { toDemand } from '#runtimes/simulated/demand.ts';
import { createSimulatedInstance } from '#runtimes/simulated/instance.ts';
import { Controller } from './controller.ts';

const MIB = 2 ** 20;
const NETWORK = { ingressBitsPerSecond: 1e6, egressBitsPerSecond: 1e6 };
const SMALL: Allocation = { cpuCores: 0.1, memoryBytes: 32 * MIB, ...NETWORK };
const LARGE: Allocation = { cpuCores: 2, memoryBytes: 512 * MIB, ...NETWORK };

/** An idle program at its largest: the policy takes from it, and the books hear of it once it settled. */
function idle() {
  let nowMs = 0;
  const shrunk: number[] = [];
  const knots = [0, 60_000].map((atMs) => ({
    atMs,
    memoryBytes: 8 * MIB,
    cpuCores: 0,
    interval: 0,
  }));
  const instance = createSimulatedInstance({
    id: 'one',
    demand: toDemand(knots, 1),
    initial: LARGE,
    startMs: 0,
    actuationLatencyMs: 10_000,
    cgroupVersion: 2,
  });
  const config = loadConfig({ env: {} });
  const controller = new Controller({
    ledger: { reserve: (_, wanted) => wanted, shrink: () => shrunk.push(nowMs) },
    intervals: config.sampling,
    trend: config.predictive,
    cpuUsecOfAll: () => -1,
    clock: () => nowMs,
  });
  controller.add({
    instance,
    policy: createPolicy('predictive', config),
    constraints: { min: SMALL, max: LARGE, priority: 50, mode: 'auto' },
    profile: unknownProfile({ language: 'unknown', reason: 'there is no code' }),
    places: [],
    looksOutside: false,
    knownInput: NOTHING_KNOWN,
    initial: LARGE,
    ceiling: LARGE,
    events: {
      onPoint() {},
      onDecision() {},
      onNote() {},
      onMemoryExhausted() {},
      onFault(error) {
        throw error;
      },
    },
  });
  const play = async (untilMs: number): Promise<void> => {
    for (; nowMs < untilMs; nowMs += 50) {
      instance.advanceTo(nowMs);
      controller.runOnce(nowMs);
    }
    instance.advanceTo(nowMs);
    // What settles does so in a microtask.
    await Promise.resolve();
  };
  return { controller, instance, shrunk, play };
}

test('what was taken is back in the books when it is in force', async () => {
  const { controller, instance, shrunk, play } = idle();
  await play(9_000);
  expect(instance.nextChangeMs()).toBeLessThan(Infinity);
  await play(30_000);
  expect(shrunk.length).toBeGreaterThan(0);
  controller.stop();
});

test('a resize that settles after the controller stopped leaves the books alone', async () => {
  const { controller, instance, shrunk, play } = idle();
  await play(9_000);
  expect(instance.nextChangeMs()).toBeLessThan(Infinity);
  controller.stop();
  instance.advanceTo(60_000);
  await new Promise((done) => setTimeout(done));
  expect(shrunk).toEqual([]);
});
