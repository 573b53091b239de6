import { expect, test } from 'vitest';
import { mapAllocation, type Allocation } from '#model/allocation.ts';
import type { Share } from '#model/claim.ts';
import type { Budget, Constraints } from '#model/constraints.ts';
import type { Target } from '#model/decision.ts';
import { fitIntoGrant, withinShare } from './arbitrate.ts';
import { cpuWeightOf } from './cpu-weight.ts';

const same = (value: number): Allocation => mapAllocation(() => value);
const constraints: Constraints = { min: same(1), max: same(100), priority: 50, mode: 'auto' };
const wish = (value: number): Target => ({
  allocation: same(value),
  reasons: [],
  rolledBack: false,
});
const share: Share = {
  entitled: { ...same(Infinity), cpuCores: 4 },
  yieldsTo: { cpuCores: { kind: 'instance', instanceId: 'first', priority: 90 } },
};

function within(change: {
  readonly wish?: Target;
  readonly share?: Share;
  readonly held?: number;
  readonly budget?: Budget;
  readonly spentCoreSeconds?: number;
}) {
  return withinShare(change.wish, {
    allocation: same(change.held ?? 10),
    constraints: { ...constraints, ...(change.budget && { budget: change.budget }) },
    share: change.share,
    spent: { coreSeconds: change.spentCoreSeconds ?? 0, byteSeconds: 0, networkBytes: 0 },
    floor: same(1),
  });
}

test('who holds more than its share gives way, without being asked by its policy', () => {
  const target = within({ share });
  expect(target?.allocation).toEqual({ ...same(10), cpuCores: 4 });
  expect(target?.reasons).toMatchObject([
    { signal: 'node.yield', value: 10, threshold: 4, text: 'gave way to run first (priority 90)' },
  ]);
});

test('never below what is guaranteed', () => {
  const none = { ...share, entitled: { ...same(Infinity), cpuCores: 0 } };
  expect(within({ share: none })?.allocation.cpuCores).toBe(1);
});

test('who holds no more than its share is left alone, and growth is left to the ledger', () => {
  expect(within({ share, held: 4 })).toBeUndefined();
  expect(within({ share, held: 3, wish: wish(8) })).toEqual(wish(8));
});

test('what the policy gives up itself needs no other reason', () => {
  expect(within({ share, wish: wish(2) })).toEqual(wish(2));
});

test('who has spent its budget is held to its minimum, of that resource alone', () => {
  const budget = { coreSeconds: 5 };
  expect(within({ budget, spentCoreSeconds: 4.9 })).toBeUndefined();
  const target = within({ budget, spentCoreSeconds: 5.1, wish: wish(20) });
  expect(target?.allocation).toEqual({ ...same(20), cpuCores: 1 });
  expect(target?.reasons).toMatchObject([
    {
      signal: 'budget.cpu',
      value: 5.1,
      threshold: 5,
      text: expect.stringContaining('5 core-seconds'),
    },
  ]);
});

test('a refused growth says what was there and who comes first', () => {
  const granted = { ...same(8), cpuCores: 4 };
  const [reason] = fitIntoGrant(wish(8), granted, share).reasons;
  expect(reason?.text).toBe('wanted 8, the node had 4 for it; run first (priority 90) comes first');
  const quota: Share = { ...share, yieldsTo: { cpuCores: { kind: 'tenant', tenant: 'ci' } } };
  expect(fitIntoGrant(wish(8), granted, quota).reasons[0]).toMatchObject({
    signal: 'tenant.quota',
    text: 'wanted 8, the quota of tenant ci had 4 for it',
  });
});

test('the scheduler weighs by priority and weight, within what the kernel takes', () => {
  const weights = [0, 50, 75, 100].map((priority) => cpuWeightOf({ priority, weight: 1 }));
  expect(weights).toEqual([1, 100, 1000, 10_000]);
  expect(cpuWeightOf({ priority: 75, weight: 2 })).toBe(2000);
  expect(cpuWeightOf({ priority: 100, weight: 9 })).toBe(10_000);
});
