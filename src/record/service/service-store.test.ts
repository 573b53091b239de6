import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openServiceStore } from './service-store.ts';

/** What each release wrote, as SQL. */
const STORES = resolve(import.meta.dirname, '../../../test/fixtures/stores');
const WAL_ENDINGS = ['-wal', '-shm'];

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'limber-service-store-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function place(version: string): string {
  const path = join(folder, 'service.sqlite');
  const database = new DatabaseSync(path);
  database.exec(readFileSync(join(STORES, version, 'service.sql'), 'utf8'));
  database.close();
  return path;
}

test.each(readdirSync(STORES))('what %s wrote is migrated and whole', (version) => {
  place(version);
  const store = openServiceStore(folder);
  store.check();
  const [execution] = store.list({ tenant: 'acme', limit: 10 });
  expect(execution).toMatchObject({ state: 'ended', outcome: 'succeeded', labels: { job: 'old' } });
  expect(store.findByKey('acme', 'once')?.id).toBe(execution!.id);
  expect(store.eventsAfter(0, { execution: execution!.id, kinds: ['state'] }, 10)).toHaveLength(3);
  expect(store.listKeys('acme')).toHaveLength(1);
  expect(store.listDocuments({ kind: 'policy', tenant: 'acme' })).toHaveLength(1);
  expect(store.listWebhooks()).toEqual([]);
  store.close();
  openServiceStore(folder).close();
});

test('damage behind a header that looks well is told, with what to do', () => {
  const path = place('0.1.0');
  const whole = openServiceStore(folder);
  whole.close();
  WAL_ENDINGS.forEach((ending) => rmSync(`${path}${ending}`, { force: true }));
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0xa5, 4096));
  const store = openServiceStore(folder);
  expect(() => store.check()).toThrow(/is damaged: .*sqlite3 .* \.recover/);
  store.close();
});

test('deliveries wait, are given up and wait again', () => {
  const store = openServiceStore(folder);
  const webhook = {
    id: 'wh_1',
    tenant: 'acme',
    url: 'https://example.com',
    secret: 'whsec_',
    kinds: ['state'] as const,
    enabled: true,
    createdAtMs: 1,
    seenSequence: 0,
  };
  store.insertWebhook(webhook);
  const deliveries = ['a', 'b', 'c'].map((id) => ({ id, body: '{}', createdAtMs: 10 }));
  store.enqueueDeliveries(webhook, { deliveries, upTo: 7 });
  expect(store.findWebhook('wh_1')?.seenSequence).toBe(7);
  expect(store.dueDeliveries(9, 5)).toEqual([]);
  expect(store.dueDeliveries(10, 2).map(({ id }) => id)).toEqual(['a', 'b']);
  store.postponeDelivery('a', { state: 'pending', dueAtMs: 50, problem: 'later' });
  store.postponeDelivery('b', { state: 'dead', dueAtMs: 50, problem: 'no' });
  store.removeDelivery('c');
  expect(store.nextDueMs(10)).toBe(50);
  expect(store.redeliver('wh_1', { nowMs: 60 })).toBe(1);
  expect(store.dueDeliveries(60, 5).map(({ id, attempts }) => [id, attempts])).toEqual([
    ['a', 1],
    ['b', 0],
  ]);
  store.postponeDelivery('a', { state: 'dead', dueAtMs: 90, problem: 'no' });
  store.postponeDelivery('b', { state: 'dead', dueAtMs: 90, problem: 'no' });
  store.forgetDead({ most: 1, beforeMs: 0 });
  expect(store.listDeliveries('wh_1', { state: 'dead', limit: 9 }).map(({ id }) => id)).toEqual([
    'b',
  ]);
  store.changeWebhook('wh_1', { ...webhook, enabled: false });
  expect(store.redeliver('wh_1', { nowMs: 99 })).toBe(1);
  expect(store.dueDeliveries(100, 5)).toEqual([]);
  store.removeWebhook('wh_1');
  expect(store.countDeliveries('pending')).toBe(0);
  store.close();
});
