import { expect, test } from 'vitest';
import { unknownProfile } from '#analyze/unknown-profile.ts';
import { configSchema } from '#config/schema.ts';
import { mapAllocation, type Allocation } from '#model/allocation.ts';
import type { Claim, Share } from '#model/claim.ts';
import type { Constraints } from '#model/constraints.ts';
import type { Target } from '#model/decision.ts';
import type { Instance } from '#model/instance.ts';
import { NOTHING_KNOWN } from '#model/known-input.ts';
import { emptySample } from '#model/sample.ts';
import { act } from './act.ts';
import { claimOf } from './claiming.ts';
import { newManaged, type Managed } from './managed.ts';
import { createNegotiator } from './negotiate.ts';

const MIB = 2 ** 20;
const size = (cpuCores: number, memoryBytes: number): Allocation => ({
  ...mapAllocation(() => 0),
  cpuCores,
  memoryBytes,
});
const constraints: Constraints = {
  min: size(0.1, 16 * MIB),
  max: size(8, 4096 * MIB),
  priority: 50,
  mode: 'auto',
};

/** An instance that holds what it is told: what the loop asks of it, and no kernel. */
function managing(held: Allocation): Managed {
  let allocation = held;
  const instance = {
    id: 'one',
    enforcement: { kind: 'enforce', cgroupVersion: 1 },
    allocation: () => allocation,
    reading: emptySample(),
    publish() {},
    resize(target: Allocation) {
      allocation = target;
      return { state: 'applied', actual: target, latencyMs: 0 };
    },
  } as unknown as Instance;
  const events = {
    onPoint() {},
    onDecision() {},
    onNote() {},
    onMemoryExhausted() {},
    onFault() {},
  };
  const policy = { name: 'predictive', decide: () => undefined };
  const profile = unknownProfile({ language: 'unknown', reason: 'not read' });
  const options = {
    instance,
    policy,
    constraints,
    profile,
    places: [],
    looksOutside: false,
    knownInput: NOTHING_KNOWN,
    events,
  };
  return newManaged(
    { ...options, ceiling: size(8, 2 ** 40) },
    configSchema.parse({}).predictive,
    0,
  );
}

const wish = (allocation: Allocation): Target => ({ allocation, reasons: [], rolledBack: false });

/** A ledger with nothing to give, that counts how often it is asked. */
function fullLedger(held: Allocation) {
  const asked: Claim[] = [];
  return {
    asked,
    reserve: (_: string, __: Allocation, claim: Claim) => {
      asked.push(claim);
      return held;
    },
    shrink() {},
  };
}

test('a refused growth is not asked for at every reading', () => {
  const held = size(1, 64 * MIB);
  const managed = managing(held);
  const ledger = fullLedger(held);
  for (let nowMs = 0; nowMs < 1000; nowMs += 10)
    act(managed, wish({ ...held, memoryBytes: 128 * MIB }), ledger, nowMs);
  // After 20, 40, 80, 160 and then every 250 ms.
  expect(ledger.asked.length).toBeLessThan(9);
  act(managed, wish({ ...held, memoryBytes: 256 * MIB }), ledger, 1000);
  expect(ledger.asked.at(-1)?.demand.memoryBytes, 'more is asked for at once').toBe(256 * MIB);
});

test('an idle instance claims what it uses and little more; a busy one keeps room', () => {
  const managed = managing(size(1, 500 * MIB));
  const { reading } = managed.instance;
  Object.assign(reading, { memoryWorkingSetBytes: 100 * MIB });
  const busy = claimOf(managed, undefined, 10_000);
  managed.isIdle = true;
  const idle = claimOf(managed, undefined, 10_000);
  expect([busy, idle].map(({ need }) => Math.round(need.memoryBytes / MIB))).toEqual([110, 103]);
  expect(idle.floor.memoryBytes / MIB).toBeCloseTo(102);
  expect(idle.demand.memoryBytes).toBe(500 * MIB);
});

test('who rests lends what is guaranteed to it, and claims it back as it wakes', () => {
  const resting = managing(size(0.02, 64 * MIB));
  resting.constraints = { ...constraints, restingCores: 0.02 };
  const asleep = claimOf(resting, undefined, 0);
  expect([asleep.floor, asleep.guaranteed].map((part) => part?.cpuCores)).toEqual([0.02, 0.1]);
  const woken = claimOf(resting, size(1, 64 * MIB), 0);
  expect([woken.floor, woken.guaranteed].map((part) => part?.cpuCores)).toEqual([0.1, 0.1]);
  const asked = managing(size(0.02, 64 * MIB));
  expect(claimOf(asked, undefined, 0).floor.cpuCores, 'a minimum that is to be held').toBe(0.1);
});

test('one lump of throttled time is no claim on ten cores', () => {
  const managed = managing(size(0.5, 64 * MIB));
  expect(claimOf(managed, size(8, 64 * MIB), 0).demand.cpuCores).toBe(1);
  Object.assign(managed.instance.reading, { cpuCoresUsed: 1.5 });
  expect(claimOf(managed, size(8, 64 * MIB), 0).demand.cpuCores).toBe(3);
});

test('a share that was heard makes due at once who has to give way', () => {
  const managed = managing(size(2, 64 * MIB));
  managed.dueMs = 500;
  let rung = 1;
  const share: Share = { entitled: size(1, Infinity), yieldsTo: {} };
  const negotiator = createNegotiator({
    rung: () => rung,
    isScarce: () => true,
    onRing: () => () => {},
    negotiate: () => new Map([['one', share]]),
    hear: () => new Map([['one', share]]),
  });
  expect(negotiator.look(new Set([managed]), 10)).toBe(true);
  expect([managed.dueMs, managed.claiming.share]).toEqual([10, share]);
  managed.dueMs = 500;
  expect(negotiator.look(new Set([managed]), 20), 'nothing has changed').toBe(false);
  rung = 2;
  expect(negotiator.look(new Set([managed]), 30)).toBe(true);
});

test('others are heard once per tick, and hold nobody up; own claims are said ten times a second', () => {
  const managed = new Set([managing(size(1, 64 * MIB))]);
  const said: string[] = [];
  let rung = 0;
  const answer = (how: string) => {
    said.push(how);
    return new Map();
  };
  const negotiator = createNegotiator({
    rung: () => rung,
    isScarce: () => true,
    onRing: () => () => {},
    negotiate: () => answer('negotiate'),
    hear: () => answer('hear'),
  });
  for (let nowMs = 0; nowMs < 100; nowMs += 5) {
    rung += 1;
    negotiator.look(managed, nowMs);
    expect(negotiator.nextMs()).toBeGreaterThan(nowMs);
  }
  expect(said).toEqual(['negotiate', 'hear', 'hear', 'hear', 'hear']);
  rung += 1;
  negotiator.look(managed, 101);
  expect(said.at(-1)).toBe('negotiate');
});
