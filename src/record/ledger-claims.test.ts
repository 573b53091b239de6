import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { shareOut } from '#arbitrate/share-out.ts';
import { mapAllocation, type Allocation } from '#model/allocation.ts';
import type { Claim, TenantQuotas } from '#model/claim.ts';
import { CAPACITY } from '../../test/fixtures/record/capacity.ts';
import { ownController } from './controller-process.ts';
import { openLedger, type Ledger } from './ledger.ts';

let folder: string;
let opened: Ledger[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-ledger-'));
  opened = [];
});
afterEach(() => {
  for (const ledger of opened) ledger.close();
  rmSync(folder, { recursive: true });
});

/** Each stands for a controller of its own. */
function open(tenants: TenantQuotas = {}): Ledger {
  const ledger = openLedger({
    path: join(folder, 'ledger'),
    capacity: CAPACITY,
    tenants,
    shareOut,
  });
  opened.push(ledger);
  return ledger;
}

const part = (fraction: number): Allocation => mapAllocation((key) => CAPACITY[key] * fraction);

const claim = (change: Partial<Claim> & { readonly demand: Allocation }): Claim => ({
  priority: 50,
  weight: 1,
  tenant: 'default',
  floor: part(0.1),
  need: change.demand,
  ...change,
});

function admit(ledger: Ledger, id: string, fraction: number, priority = 50, tenant = 'default') {
  const claimant = { priority, weight: 1, tenant };
  const request = { ...ownController(), min: part(0.1), wanted: part(fraction), claimant };
  return ledger.admit(id, request).granted;
}

test('a lower priority hears at once that it has to give way, and to whom', () => {
  const [low, high] = [open(), open()];
  admit(low, 'low', 0.85, 20);
  admit(high, 'high', 0.1, 90);
  const heard = low.rung();
  const wish = claim({ priority: 90, demand: part(0.6) });
  const cores = () => high.reserve('high', part(0.6), wish).granted.cpuCores / CAPACITY.cpuCores;
  expect(cores(), 'what is free').toBeCloseTo(0.15);
  expect([low.rung() === heard, low.isScarce()]).toEqual([false, true]);
  const busy = claim({ priority: 20, demand: part(0.85) });
  const share = low.negotiate(new Map([['low', busy]]))?.get('low');
  expect(share?.entitled.cpuCores).toBeCloseTo(CAPACITY.cpuCores * 0.4);
  expect(share?.yieldsTo.cpuCores).toEqual({ kind: 'instance', instanceId: 'high', priority: 90 });
  low.shrink('low', part(0.4), busy);
  expect(cores()).toBeCloseTo(0.6);
});

test('who has nothing new to say hears its share without the lock', () => {
  const [low, high] = [open(), open()];
  admit(low, 'low', 0.85, 20);
  admit(high, 'high', 0.1, 90);
  high.reserve('high', part(0.6), claim({ priority: 90, demand: part(0.6) }));
  const busy = claim({ priority: 20, demand: part(0.85) });
  const first = low.negotiate(new Map([['low', busy]]));
  const stopped = new DatabaseSync(join(folder, 'ledger/ledger.sqlite'));
  stopped.exec('BEGIN IMMEDIATE');
  try {
    expect(low.negotiate(new Map([['low', busy]]))).toEqual(first);
    const less = claim({ priority: 20, demand: part(0.2) });
    expect(low.negotiate(new Map([['low', less]]))).toBeUndefined();
  } finally {
    stopped.close();
  }
});

test('what was given way for another is not taken by whoever asks first', () => {
  const [low, other, high] = [open(), open(), open()];
  admit(low, 'low', 0.75, 20);
  admit(other, 'other', 0.1, 20);
  admit(high, 'high', 0.1, 90);
  high.reserve('high', part(0.7), claim({ priority: 90, demand: part(0.7) }));
  low.shrink('low', part(0.3), claim({ priority: 20, demand: part(0.8) }));
  const greedy = claim({ priority: 20, demand: part(0.8) });
  const granted = other.reserve('other', part(0.8), greedy).granted.cpuCores;
  expect(granted, 'its part of what is left').toBeCloseTo(CAPACITY.cpuCores * 0.15);
  const wish = claim({ priority: 90, demand: part(0.7) });
  expect(high.reserve('high', part(0.7), wish).granted.cpuCores).toBeCloseTo(
    CAPACITY.cpuCores * 0.55,
  );
});

test('when one that others waited for is gone, they hear that there is enough again', () => {
  const [low, high] = [open(), open()];
  admit(low, 'low', 0.85, 20);
  admit(high, 'high', 0.1, 90);
  high.reserve('high', part(0.6), claim({ priority: 90, demand: part(0.6) }));
  const heard = low.rung();
  high.release('high');
  expect([low.rung() === heard, low.isScarce()]).toEqual([false, false]);
});

test('a new run finds room for its minimum: others give back what lies above theirs', () => {
  const [first, second] = [open(), open()];
  admit(first, 'first', 1, 90);
  expect(() => admit(second, 'second', 0.3, 10)).toThrow(
    expect.objectContaining({ code: 'capacity-exhausted' }),
  );
  const idle = claim({ priority: 90, need: part(0.1), demand: part(1) });
  const share = first.negotiate(new Map([['first', idle]]))?.get('first');
  expect(share?.entitled.memoryBytes).toBeLessThanOrEqual(CAPACITY.memoryBytes * 0.9);
  first.shrink('first', share!.entitled, idle);
  expect(admit(second, 'second', 0.3, 10).cpuCores).toBeGreaterThanOrEqual(CAPACITY.cpuCores * 0.1);
});

test('runs that rest lend their CPU, and let nobody in who could not be served once they wake', () => {
  const ledger = open();
  const rest = { ...part(0.001), cpuCores: 0.02 };
  const guaranteed = { ...rest, cpuCores: 0.1 };
  const resting = claim({ floor: rest, guaranteed, need: rest, demand: rest });
  const most = Math.round(CAPACITY.cpuCores / 0.1);
  const letIn = (id: string) =>
    ledger.admit(id, { ...ownController(), min: guaranteed, wanted: guaranteed }).granted;
  for (let index = 0; index < most; index++) {
    letIn(`run ${index}`);
    ledger.shrink(`run ${index}`, rest, resting);
  }
  expect(() => letIn('one more')).toThrow(expect.objectContaining({ code: 'capacity-exhausted' }));
  const woken = { ...rest, cpuCores: CAPACITY.cpuCores * 0.75 };
  const wish = claim({ floor: guaranteed, need: woken, demand: woken });
  expect(ledger.reserve('run 0', woken, wish).granted.cpuCores, 'lent').toBeCloseTo(woken.cpuCores);
});

test('a tenant holds no more than its quota, and is refused beyond it with what to do', () => {
  const ledger = open({ small: { cpuCores: 1, maxRuns: 2 } });
  expect(admit(ledger, 'a', 0.5, 50, 'small').cpuCores).toBe(1);
  expect(() => admit(ledger, 'b', 0.5, 50, 'small')).toThrow(
    expect.objectContaining({ code: 'capacity-exhausted' }),
  );
  ledger.shrink('a', part(0.1), claim({ tenant: 'small', demand: part(0.1) }));
  expect(admit(ledger, 'b', 0.5, 50, 'small').cpuCores).toBeCloseTo(0.6);
  expect(() => admit(ledger, 'c', 0.1, 50, 'small')).toThrow(
    expect.objectContaining({
      code: 'tenant-quota-exceeded',
      exitCode: 75,
      details: { tenant: 'small', quota: '2 runs at a time', used: '2 run' },
    }),
  );
  expect(admit(ledger, 'd', 0.1).cpuCores, 'another tenant').toBeCloseTo(0.4);
});

test('the other controllers are told, without looking', async () => {
  const [first, second] = [open(), open()];
  admit(first, 'first', 1, 20);
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = first.onRing(resolve);
  expect(() => admit(second, 'second', 0.5, 90)).toThrow('No free capacity');
  await promise;
  stop();
  expect(first.isScarce()).toBe(true);
});
