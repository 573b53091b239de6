import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { WebSocket } from 'ws';
import type { NodePast, Reservation } from '#client/index.ts';
import { test, type Box } from '../box.ts';
import { configured, endAll, Server, type View } from './server.ts';

async function newKey(box: Box, scopes: string, tenant: string): Promise<string> {
  const args = ['key', 'create', '--scopes', scopes, '--tenant', tenant];
  const { stdout, exitCode } = await box.limber(args);
  expect(exitCode).toBe(0);
  return stdout.toString().trim();
}

test('keys say who may do what, and whose it is', async ({ box }) => {
  const server = await new Server(box, []).start();
  const [ours, theirs] = [
    await newKey(box, 'run,read', 'us'),
    await newKey(box, 'run,read', 'them'),
  ];
  const admin = await newKey(box, 'admin', 'us');
  const send = <Body>(method: string, path: string, key?: string, json?: object) =>
    server.send<Body>(method, path, { ...(key !== undefined && { key }), ...(json && { json }) });

  expect((await send('GET', '/v1/executions')).status).toBe(401);
  expect((await send('GET', '/v1/executions', 'lk_00_00')).status).toBe(401);
  expect(
    (await send('GET', '/v1/executions', `${ours.slice(0, -1)}${ours.endsWith('0') ? 1 : 0}`))
      .status,
  ).toBe(401);
  expect((await send('GET', '/healthz')).status).toBe(200);
  expect((await send('GET', '/v1/keys', ours)).status).toBe(403);
  expect((await send('GET', '/metrics', ours)).status).toBe(403);

  const { id } = await server.python('open("f", "w").write("x")', { labels: { l: 'v' } }, ours);
  const paths = ['', '/output/stdout', '/files', '/files/f', '/events'].map(
    (end) => `/v1/executions/${id}${end}`,
  );
  for (const path of paths) {
    expect([path, (await send('GET', path, theirs)).status]).toEqual([path, 404]);
    const mine = await server.fetch('GET', path, { key: ours });
    expect([path, mine.status]).toEqual([path, 200]);
    await mine.body?.cancel();
  }
  expect((await send('POST', `/v1/executions/${id}/cancel`, theirs)).status).toBe(404);
  expect((await send('DELETE', `/v1/executions/${id}`, theirs)).status).toBe(404);
  const list = await send<{ executions: View[] }>('GET', '/v1/executions?label=l=v', theirs);
  expect(list.body.executions).toEqual([]);
  expect((await send('PATCH', `/v1/executions/${id}/scaling`, ours, { priority: 1 })).status).toBe(
    403,
  );

  // What a tenant uses is its own to see; who administers the node sees all, and whose it is.
  const waits = { code: 'import time; time.sleep(600)', language: 'python' };
  const theirRun = await server.begin(waits, theirs);
  const used = async (key: string) => {
    const { readings } = (await send<NodePast>('GET', '/v1/node/history', key)).body;
    return readings.at(-1)?.used.memoryBytes ?? 0;
  };
  await expect.poll(() => used(theirs), { timeout: 60_000 }).toBeGreaterThan(0);
  expect(await used(ours)).toBe(0);
  expect(await used(admin)).toBeGreaterThan(0);
  const holds = (await send<{ reservations: Reservation[] }>('GET', '/v1/node/ledger', admin)).body;
  const held = holds.reservations.find(({ execution }) => execution === theirRun.id);
  expect(held?.tenant).toBe('them');
  await send('POST', `/v1/executions/${theirRun.id}/cancel`, theirs);
  await send('GET', `/v1/executions/${theirRun.id}?waitMs=20000`, theirs);

  const created = await send<{ id: string; key: string }>('POST', '/v1/keys', admin, {
    tenant: 'us',
    scopes: ['read'],
  });
  expect((await send('GET', '/v1/executions', created.body.key)).status).toBe(200);
  expect((await send('DELETE', `/v1/keys/${created.body.id}`, admin)).status).toBe(204);
  expect((await send('GET', '/v1/executions', created.body.key)).status).toBe(401);
  const revoked = await box.limber(['key', 'revoke', theirs.split('_')[1]!]);
  expect(revoked.exitCode).toBe(0);
  expect((await send('GET', '/v1/executions', theirs)).status).toBe(401);

  const stored = ['service.sqlite', 'service.sqlite-wal']
    .map((name) => readFileSync(join(box.home, name), 'latin1'))
    .join('');
  for (const key of [ours, theirs, admin]) expect(stored).not.toContain(key.split('_')[2]);
  expect((await send('DELETE', `/v1/executions/${id}`, ours)).status).toBe(204);
  await server.kill('SIGTERM');
});

test('without keys it serves this machine alone, under its own names', async ({ box }) => {
  const refused = await box.limber(['serve', '--no-keys', '--host', '0.0.0.0', '--port', '0']);
  expect([refused.exitCode, refused.stderr]).toEqual([
    64,
    expect.stringContaining('only this machine'),
  ]);
  const server = await new Server(box, ['--no-keys']).start();
  // fetch does not let a page choose the header; a raw request shows what a rebound name would do.
  const { request } = await import('node:http');
  const status = await new Promise((resolve, reject) => {
    request(`${server.url}/v1/executions`, { headers: { host: 'evil.example' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
  const second = await box.limber(['serve', '--no-keys', '--port', '0']);
  expect([second.exitCode, second.stderr]).toEqual([73, expect.stringContaining('runs already')]);
  await endAll(server);
});

test('too much is answered with 429 and when to try again', async ({ box }) => {
  const env = configured(box, {
    serve: { maxRunning: 1, maxQueued: 1, maxRequestsPerMinute: 60, maxBodyBytes: '64Ki' },
  });
  const server = await new Server(box, ['--no-keys'], env).start();
  const wait = (priority: number) => ({ command: ['sleep', '30'], scaling: { priority } });
  const first = await server.begin(wait(50));
  await server.whenRunning(first.id);
  const low = await server.begin(wait(10));
  const same = await server.send('POST', '/v1/executions', { json: wait(10) });
  expect([same.status, same.headers.get('retry-after')]).toEqual([429, '1']);
  const high = await server.begin(wait(90));
  expect(await server.get(low.id)).toMatchObject({ state: 'ended', outcome: 'cancelled' });
  expect(await server.get(high.id)).toMatchObject({ state: 'queued' });
  const large = await server.send('POST', '/v1/executions', {
    json: { code: 'x'.repeat(70_000), language: 'python' },
  });
  expect(large.status).toBe(413);
  for (const { id } of [first, high]) await server.send('POST', `/v1/executions/${id}/cancel`);
  for (const { id } of [first, high]) await server.get(id, '?waitMs=20000');
  let last = 200;
  for (let n = 0; n < 100 && last !== 429; n++)
    last = (await server.send('GET', '/v1/node')).status;
  expect(last).toBe(429);
  await server.kill('SIGTERM');
});

test('results are kept for as long as they were asked to be, and no longer', async ({ box }) => {
  const env = configured(box, { serve: { keepMs: '2s' } });
  const server = await new Server(box, ['--no-keys'], env).start();
  const { id } = await server.python('print("kept")');
  expect(await server.output(id)).toBe('kept\n');
  const status = async () => (await server.send('GET', `/v1/executions/${id}`)).status;
  await expect.poll(status, { timeout: 20_000 }).toBe(404);
  expect(existsSync(join(box.home, 'executions', id))).toBe(false);
  await server.kill('SIGTERM');
});

describe('pages of other sites', () => {
  const [named, other] = ['https://console.example.org', 'https://evil.example.org'];
  const serving = (box: Box, args: readonly string[], allowedOrigins: readonly string[]) =>
    new Server(box, args, configured(box, { serve: { allowedOrigins } })).start();
  const preflight = (server: Server, origin: string) =>
    fetch(`${server.url}/v1/executions`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
  /** The document does not tell of what only browsers read. */
  const get = (server: Server, path: string, origin: string) =>
    fetch(`${server.url}${path}`, { headers: { origin } });
  const allowed = ({ headers }: Response) => headers.get('access-control-allow-origin');

  test('are allowed nothing by default', async ({ box }) => {
    const server = await serving(box, ['--no-keys'], []);
    const asked = await preflight(server, named);
    expect([asked.status, allowed(asked)]).toEqual([403, null]);
    const got = await get(server, '/healthz', named);
    expect(allowed(got)).toBeNull();
    expect((await get(server, '/v1/node', named)).status).toBe(403);
    expect((await get(server, '/v1/node', server.url)).status).toBe(200);
    await endAll(server);
  });

  test('that are named may ask and read, and no others', async ({ box }) => {
    const server = await serving(box, ['--no-keys'], [named]);
    const asked = await preflight(server, named);
    expect([asked.status, allowed(asked)]).toEqual([204, named]);
    expect(asked.headers.get('access-control-allow-headers')).toContain('idempotency-key');
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
    const got = await get(server, '/v1/node', named);
    expect([got.status, allowed(got)]).toEqual([200, named]);
    expect(got.headers.get('vary')).toContain('Origin');
    const refused = await get(server, '/v1/node', other);
    expect([refused.status, allowed(refused)]).toEqual([403, null]);
    expect(allowed(await preflight(server, other))).toBeNull();
    for (const [origin, status] of [
      [named, 'open'],
      [other, 'refused'],
    ] as const) {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/events`, { origin });
      const { promise, resolve } = Promise.withResolvers<string>();
      socket.on('open', () => resolve('open')).on('error', () => resolve('refused'));
      expect(await promise).toBe(status);
      socket.terminate();
    }
    await server.kill('SIGTERM');
  });

  test('need a key all the same', async ({ box }) => {
    const server = await serving(box, [], [named]);
    expect((await preflight(server, named)).status).toBe(204);
    const got = await get(server, '/v1/node', named);
    expect([got.status, allowed(got)]).toEqual([401, named]);
    await server.kill('SIGTERM');
  });
});
