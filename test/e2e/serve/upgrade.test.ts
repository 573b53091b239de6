import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, vi } from 'vitest';
import { test, type Box } from '../box.ts';
import { endAll, Server, type View } from './server.ts';

/** Each starts several servers. */
vi.setConfig({ testTimeout: 240_000 });

/** What each release wrote, as SQL: made by that release, and never changed since. */
const STORES = resolve(import.meta.dirname, '..', '..', 'fixtures', 'stores');
const OLD_KEY = 'lk_43b619178a02_dea450e4cafed23798bf36ba5fb9fd0e6b98901dbb2f8831bed27fcade91ca60';

function placeStores(box: Box, version: string): void {
  mkdirSync(box.home, { recursive: true });
  for (const name of ['service', 'store']) {
    const database = new DatabaseSync(join(box.home, `${name}.sqlite`));
    database.exec(readFileSync(join(STORES, version, `${name}.sql`), 'utf8'));
    database.close();
  }
}

test.for(readdirSync(STORES))('what %s stored is there, and goes on', async (version, { box }) => {
  placeStores(box, version);
  const server = await new Server(box, []).start();
  const key = OLD_KEY;
  const list = await server.send<{ executions: View[] }>('GET', '/v1/executions', { key });
  expect(list.body.executions).toEqual([
    expect.objectContaining({ state: 'ended', outcome: 'succeeded', labels: { job: 'old' } }),
  ]);
  const [old] = list.body.executions;
  const events = await server.fetch('GET', `/v1/executions/${old!.id}/events?after=0`, { key });
  expect(await events.text()).toContain('"outcome":"succeeded"');
  const policy = await server.send<object>('GET', '/v1/policies/mine', { key });
  expect(policy.body).toMatchObject({ policy: 'threshold', version: 1 });
  const defaults = await server.send<object>('GET', '/v1/defaults', { key });
  expect(defaults.body).toMatchObject({ scaling: { priority: 7 } });
  // The same key still means the same request, and what is new works.
  const json = {
    code: 'print(6 * 7)',
    language: 'python',
    labels: { job: 'old' },
    scaling: { policy: 'mine' },
  };
  const headers = { 'idempotency-key': 'once' };
  const again = await server.send('POST', '/v1/executions', { json, headers, key });
  expect([again.status, again.body.id]).toEqual([200, old!.id]);
  const hooks = await server.send<object>('GET', '/v1/webhooks', { key });
  expect(hooks.body).toEqual({ webhooks: [] });
  expect(await server.python('print(1)', {}, key)).toMatchObject({ outcome: 'succeeded' });
  await server.kill('SIGTERM');
});

test('what an older version started is adopted', async ({ box }) => {
  const server = await new Server(box, ['--no-keys']).start();
  const code = 'import time\nfor n in range(40):\n  print(n, flush=True)\n  time.sleep(0.1)';
  const { id } = await server.begin({ code, language: 'python' });
  await server.whenRunning(id);
  await server.kill('SIGKILL');
  // As 0.1.0 has them: no webhooks, and no monotonic time of the launch.
  const database = new DatabaseSync(join(box.home, 'service.sqlite'));
  database.exec('DROP TABLE deliveries; DROP TABLE webhooks; PRAGMA user_version = 1');
  database.close();
  const path = join(box.home, 'executions', id, 'prepared.json');
  const { launchedMonotonicMs, ...older } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly launchedMonotonicMs: number;
  };
  expect(launchedMonotonicMs).toBeGreaterThan(0);
  writeFileSync(path, JSON.stringify(older));
  await server.start();
  expect((await server.get(id)).state).toBe('running');
  const ended = await server.get(id, '?waitMs=30000');
  expect(ended).toMatchObject({
    outcome: 'succeeded',
    summary: { wallSeconds: expect.any(Number) },
  });
  expect(await server.output(id)).toBe(Array.from({ length: 40 }, (_, n) => `${n}\n`).join(''));
  await endAll(server);
});

test('a store that a newer version wrote is refused, not touched', async ({ box }) => {
  placeStores(box, '0.1.0');
  const path = join(box.home, 'service.sqlite');
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
  const before = readFileSync(path);
  const { exitCode, stderr } = await box.limber(['serve', '--port', '0']);
  expect([exitCode, stderr]).toEqual([74, expect.stringContaining('a newer Limber wrote it')]);
  expect(readFileSync(path)).toEqual(before);
});
