import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALLOCATION_KEYS, mapAllocation, type Allocation } from '#model/allocation.ts';
import type { NamedClaim, Node } from '#model/claim.ts';
import { entitlementTo, shareOut } from './share-out.ts';

const CAPACITY = mapAllocation(() => 1000);
const NODE: Node = { capacity: CAPACITY, tenants: {} };

const amounts = (max: number): fc.Arbitrary<Allocation> =>
  fc.record(Object.fromEntries(ALLOCATION_KEYS.map((key) => [key, fc.nat({ max })]))) as never;

/** Floors of ten at most fit: that is what admission sees to. */
const claims: fc.Arbitrary<readonly NamedClaim[]> = fc
  .array(
    fc.record({
      priority: fc.constantFrom(0, 20, 50, 90, 100),
      weight: fc.constantFrom(0.5, 1, 3),
      tenant: fc.constantFrom('a', 'b'),
      floor: amounts(100),
      more: amounts(600),
      slack: amounts(600),
      held: amounts(1000),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((all) =>
    all.map(({ more, slack, ...claim }, index) => {
      const need = mapAllocation((key) => claim.floor[key] + more[key]);
      const demand = mapAllocation((key) => need[key] + slack[key]);
      return { ...claim, instanceId: `i${index}`, need, demand };
    }),
  );

/** What everyone ends up with when everyone takes what it is entitled to. */
function outcome(all: readonly NamedClaim[], node = NODE): readonly Allocation[] {
  return shareOut(all, node).map(({ entitled }, index) =>
    mapAllocation((key) => Math.min(all[index]!.demand[key], entitled[key])),
  );
}

const total = (parts: readonly Allocation[], key: keyof Allocation) =>
  parts.reduce((sum, part) => sum + part[key], 0);

test('never more than the node has, and all of it where it is wanted', () => {
  fc.assert(
    fc.property(claims, (all) => {
      const parts = outcome(all);
      for (const key of ALLOCATION_KEYS) {
        const wanted = all.reduce((sum, { demand }) => sum + demand[key], 0);
        expect(total(parts, key)).toBeCloseTo(Math.min(wanted, CAPACITY[key]), 6);
      }
    }),
  );
});

test('nobody starves: everyone has its floor, and no more than it asked for', () => {
  fc.assert(
    fc.property(claims, (all) => {
      outcome(all).forEach((part, index) => {
        for (const key of ALLOCATION_KEYS) {
          expect(part[key]).toBeGreaterThanOrEqual(all[index]!.floor[key]);
          expect(part[key]).toBeLessThanOrEqual(all[index]!.demand[key] + 1e-9);
        }
      });
    }),
  );
});

test('a higher priority never gets less for it', () => {
  fc.assert(
    fc.property(claims, fc.nat(), fc.nat({ max: 100 }), (all, pick, rise) => {
      const index = pick % all.length;
      const own = all[index]!;
      const raised = all.with(index, { ...own, priority: Math.min(100, own.priority + rise) });
      const [before, after] = [outcome(all)[index]!, outcome(raised)[index]!];
      for (const key of ALLOCATION_KEYS)
        expect(after[key]).toBeGreaterThanOrEqual(before[key] - 1e-6);
    }),
  );
});

test('what a lower priority needs waits until what a higher one needs is met', () => {
  fc.assert(
    fc.property(claims, (all) => {
      const parts = outcome(all);
      for (const key of ALLOCATION_KEYS)
        all.forEach((high, index) => {
          if (parts[index]![key] >= high.need[key] - 1e-6) return;
          const lower = all.flatMap((low, other) =>
            low.priority < high.priority ? parts[other]![key] - low.floor[key] : [],
          );
          expect(Math.max(0, ...lower)).toBeCloseTo(0, 6);
        });
    }),
  );
});

test('among equals the level per weight is the same for all that could take more', () => {
  const equal = claims.map((all) =>
    all.map((claim) => ({ ...claim, priority: 50, demand: claim.need })),
  );
  fc.assert(
    fc.property(equal, (all) => {
      const parts = outcome(all);
      for (const key of ALLOCATION_KEYS) {
        const levels = all.flatMap((claim, index) => {
          const part = parts[index]![key];
          return part < claim.need[key] - 1e-6 ? (part - claim.floor[key]) / claim.weight : [];
        });
        const [most, least] = [Math.max(...levels), Math.min(...levels)];
        expect(levels.length > 0 ? most - least : 0).toBeCloseTo(0, 5);
      }
    }),
  );
});

test('the order of the claims changes nothing', () => {
  const shuffled = claims.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length })),
  );
  fc.assert(
    fc.property(shuffled, ([all, other]) => {
      const named = (list: readonly NamedClaim[]) =>
        new Map(shareOut(list, NODE).map((share, index) => [list[index]!.instanceId, share]));
      expect(named(other)).toEqual(named(all));
    }),
  );
});

test('constant claims settle at once, whoever holds what', () => {
  fc.assert(
    fc.property(claims, (all) => {
      const first = outcome(all);
      const settled = all.map((claim, index) => ({ ...claim, held: first[index]! }));
      expect(outcome(settled)).toEqual(first);
    }),
  );
});

test('a tenant never gets more than its quota and costs the others nothing beyond it', () => {
  const node: Node = { capacity: CAPACITY, tenants: { a: { cpuCores: 300 } } };
  const small = claims.map((all) =>
    all.map((claim) => ({ ...claim, floor: mapAllocation(() => 10) })),
  );
  fc.assert(
    fc.property(small, (all) => {
      const parts = outcome(all, node);
      const ofA = all.reduce(
        (sum, { tenant }, index) => sum + (tenant === 'a' ? parts[index]!.cpuCores : 0),
        0,
      );
      expect(ofA).toBeLessThanOrEqual(300 + 1e-6);
      const without = outcome(all);
      const losses = all.flatMap(({ tenant }, index) =>
        tenant === 'b' ? without[index]!.cpuCores - parts[index]!.cpuCores : [],
      );
      expect(Math.max(0, ...losses)).toBeCloseTo(0, 6);
    }),
  );
});

const claim = (instanceId: string, priority: number, cores: readonly number[]): NamedClaim => {
  const [floor, need, demand, held] = cores.map((cpuCores) => ({
    ...mapAllocation(() => 0),
    cpuCores,
  }));
  return {
    instanceId,
    priority,
    weight: 1,
    tenant: 'a',
    floor: floor!,
    need: need!,
    demand: demand!,
    held: held!,
  };
};

test('slack goes before use, and whoever gives way knows who got it', () => {
  const node: Node = { capacity: mapAllocation(() => 2), tenants: {} };
  const all = [
    claim('idle', 80, [0.1, 0.2, 1, 1]),
    claim('busy', 20, [0.1, 1, 1, 1]),
    claim('new', 50, [0.1, 0.9, 0.9, 0]),
  ];
  const shares = shareOut(all, node);
  expect(shares.map(({ entitled }) => entitled.cpuCores)).toEqual([
    expect.closeTo(0.2),
    expect.closeTo(0.9),
    expect.closeTo(0.9),
  ]);
  expect(shares[1]?.yieldsTo).toEqual({
    cpuCores: { kind: 'instance', instanceId: 'new', priority: 50 },
  });
});

test('where there is enough for all, nobody is limited', () => {
  const [share] = shareOut([claim('a', 50, [0.1, 1, 1.5, 1])], {
    capacity: mapAllocation(() => 2),
    tenants: {},
  });
  expect(share).toEqual({ entitled: mapAllocation(() => Infinity), yieldsTo: {} });
});

test('one entitlement asked for alone is the one that all shares have', () => {
  const quotas = {
    capacity: CAPACITY,
    tenants: { a: { cpuCores: 300 }, '*': { memoryBytes: 500 } },
  };
  fc.assert(
    fc.property(claims, fc.constantFrom(NODE, quotas), (all, node) => {
      const shares = shareOut(all, node);
      for (const index of all.keys())
        expect(mapAllocation((key) => entitlementTo(key, index, all, node))).toEqual(
          shares[index]!.entitled,
        );
    }),
  );
});
