import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ServiceEvent } from '#record/service/events.ts';
import { openServiceStore, type ServiceStore } from '#record/service/service-store.ts';
import { EventBus } from './bus.ts';

const EXECUTION = { id: '000000000001', tenant: 'acme' };
const event = (state: string) => ({
  execution: EXECUTION.id,
  tenant: EXECUTION.tenant,
  atMs: 1,
  kind: 'state' as const,
  body: { state },
});

let folder: string;
let store: ServiceStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-bus-'));
  store = openServiceStore(folder);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

/** The real store, on a disk that is full for a while. */
function onFullDisk(isFull: () => boolean): ServiceStore {
  const refuse = () => {
    if (isFull()) throw new Error('the disk is full');
  };
  return {
    ...store,
    append: (...args) => (refuse(), store.append(...args)),
    end: (...args) => (refuse(), store.end(...args)),
  };
}

test('an outcome that cannot be stored is stored later, once, behind what was told before', async () => {
  let isFull = false;
  const problems: unknown[] = [];
  const bus = new EventBus(
    onFullDisk(() => isFull),
    (problem) => problems.push(problem),
  );
  const told: ServiceEvent[] = [];
  bus.subscribe({}, (events) => told.push(...events));
  const more = { createdAtMs: 1, request: {}, labels: {}, scaling: {} };
  bus.begin({ ...EXECUTION, ...more }, [event('queued')]);
  isFull = true;
  bus.publish(event('running'));
  const ending = { atMs: 2, outcome: 'succeeded' as const, result: {} };
  let isStored = false;
  const stored = bus.end(EXECUTION.id, ending, event('ended')).then(() => (isStored = true));
  const again = bus.end(EXECUTION.id, { ...ending, outcome: 'lost' }, event('ended'));
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect([isStored, store.find(EXECUTION.id)?.state, told.length]).toEqual([false, 'queued', 1]);
  expect(problems).toHaveLength(1);
  isFull = false;
  await Promise.all([stored, again]);
  expect(store.find(EXECUTION.id)).toMatchObject({ state: 'ended', outcome: 'succeeded' });
  const states = told.map(({ body }) => (body as { state: string }).state);
  expect(states).toEqual(['queued', 'running', 'ended']);
  bus.close();
});
