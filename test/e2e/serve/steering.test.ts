import { describe, expect } from 'vitest';
import { readEvents, testsInOneServer, type Server, type StreamEvent } from './server.ts';

const test = testsInOneServer();

const LOOP = 'import time\nprint("on", flush=True)\nwhile True: time.sleep(0.02)';
const MIB = 2 ** 20;

type Sizes = { readonly cpuCores: number; readonly memoryBytes: number };
type Effect = {
  readonly dryRun: boolean;
  readonly accepted: boolean;
  readonly text: string;
  readonly to: Sizes;
  readonly constraints: { readonly mode: string; readonly priority: number; readonly min: Sizes };
};
type Resized = { readonly state: string; readonly accepted: Sizes; readonly actual: Sizes };

async function running(server: Server, labels = {}) {
  const { id } = await server.begin({ code: LOOP, language: 'python', labels });
  await server.whenRunning(id);
  return id;
}

describe('scaling', () => {
  test('is changed while it runs, and only told when dry', async ({ server }) => {
    const id = await running(server);
    const url = `/v1/executions/${id}/scaling`;
    const json = {
      priority: 80,
      min: { cpuCores: 0.5 },
      settings: { 'predictive.cpuMargin': 1.5 },
    };
    // It starts with a core, which it gives back because it only waits.
    const cores = async () => (await server.get(id)).allocation?.cpuCores;
    await expect.poll(cores, { timeout: 20_000 }).toBeLessThan(0.5);
    const dry = await server.send<Effect>('PATCH', `${url}?dryRun=true`, { json });
    expect(dry.body).toMatchObject({ dryRun: true, accepted: true, to: { cpuCores: 0.5 } });
    expect((await server.get(id)).allocation?.cpuCores).toBeLessThan(0.5);
    const { body } = await server.send<Effect>('PATCH', url, { json });
    expect(body.constraints).toMatchObject({ priority: 80, min: { cpuCores: 0.5 } });
    expect((await server.get(id)).allocation?.cpuCores).toBeGreaterThanOrEqual(0.5);
    const policy = await server.send<Effect>('PATCH', url, { json: { policy: 'threshold' } });
    expect(policy.status).toBe(200);
  });

  test('what makes no sense changes nothing', async ({ server }) => {
    const id = await running(server);
    const url = `/v1/executions/${id}/scaling`;
    for (const json of [
      { settings: { 'node.cpuRatio': 9 } },
      { settings: { 'predictive.cpuMargin': 'much' } },
      { min: { cpuCores: 2 }, max: { cpuCores: 1 } },
      { max: { memoryBytes: 2 ** 50 } },
      { policy: '/tmp/evil.js' },
      { policy: 'nobodys' },
    ]) {
      const { status } = await server.send('PATCH', url, { json });
      expect([json, status]).toEqual([json, json.policy === 'nobodys' ? 404 : 400]);
    }
  });

  test('of many by their labels', async ({ server }) => {
    const ids = [await running(server, { batch: 'a' }), await running(server, { batch: 'a' })];
    const other = await running(server, { batch: 'b' });
    const { body } = await server.send<{ results: { id: string; accepted: boolean }[] }>(
      'PATCH',
      '/v1/executions/scaling?label=batch=a',
      { json: { mode: 'locked' } },
    );
    expect(body.results.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(body.results.every(({ accepted }) => accepted)).toBe(true);
    const hint = await server.send<{ accepted: boolean }>('POST', `/v1/executions/${other}/hints`, {
      json: { memoryBytes: 200 * MIB, withinSeconds: 1 },
    });
    expect(hint.body.accepted).toBe(true);
    const locked = await server.send<{ accepted: boolean }>(
      'POST',
      `/v1/executions/${ids[0]}/hints`,
      {
        json: { memoryBytes: 200 * MIB },
      },
    );
    expect(locked.body).toMatchObject({ accepted: false, reason: 'the size is locked' });
  });
});

describe('a size by hand', () => {
  test('is desired, accepted and actual, and locks', async ({ server }) => {
    const id = await running(server);
    const url = `/v1/executions/${id}/resize`;
    const json = { cpuCores: 0.7, memoryBytes: 300 * MIB };
    const dry = await server.send<Resized>('POST', `${url}?dryRun=true`, { json });
    expect(dry.body).toMatchObject({ accepted: json });
    expect(dry.body.actual.memoryBytes).not.toBe(json.memoryBytes);
    const { body } = await server.send<Resized>('POST', url, { json });
    expect(body).toMatchObject({ state: 'applied', accepted: json, actual: json });
    expect((await server.get(id)).allocation).toMatchObject(json);
    const ended = ({ kind, data }: StreamEvent) => kind === 'resize' && data['state'] === 'applied';
    const events = await readEvents(
      await server.fetch('GET', `/v1/executions/${id}/events?kinds=resize`),
      (all) => all.some(ended),
    );
    expect(events.map(({ data }) => data['state'])).toEqual(['desired', 'accepted', 'applied']);
    await server.send('PATCH', `/v1/executions/${id}/scaling`, { json: { mode: 'auto' } });
    await expect
      .poll(async () => (await server.get(id)).allocation?.memoryBytes, { timeout: 20_000 })
      .toBeLessThan(json.memoryBytes);
  });

  test('is kept by the next server', async ({ server }) => {
    const id = await running(server);
    const json = { memoryBytes: 300 * MIB };
    await server.send('POST', `/v1/executions/${id}/resize`, { json });
    await server.kill('SIGKILL');
    await server.start();
    expect((await server.get(id)).allocation).toMatchObject(json);
    const { body } = await server.send<Effect>(
      'PATCH',
      `/v1/executions/${id}/scaling?dryRun=true`,
      {
        json: { priority: 1 },
      },
    );
    expect(body.constraints.mode).toBe('locked');
  });

  test('needs one that runs', async ({ server }) => {
    const { id } = await server.python('pass');
    const answer = await server.send('POST', `/v1/executions/${id}/resize`, {
      json: { cpuCores: 1 },
    });
    expect(answer.status).toBe(409);
  });
});

test('policies and defaults have versions, and are used', async ({ server }) => {
  const json = { policy: 'static' };
  const put = (headers: Record<string, string>, body: object = json) =>
    server.send<{ version: number }>('PUT', '/v1/policies/mine', { json: body, headers });
  expect((await put({ 'if-match': '0' })).body.version).toBe(1);
  expect((await put({ 'if-match': '0' })).status).toBe(412);
  const dry = await server.send<{ version: number }>('PUT', '/v1/policies/mine?dryRun=true', {
    json,
  });
  expect(dry.body.version).toBe(2);
  expect((await server.send<{ version: number }>('GET', '/v1/policies/mine')).body.version).toBe(1);
  const wrong = { settings: { 'predictive.x': 1 } };
  expect((await server.send('PUT', '/v1/defaults?dryRun=true', { json: wrong })).status).toBe(400);
  expect((await put({ 'if-match': '"1"' })).body.version).toBe(2);
  expect((await put({}, { policy: 'predictive', settings: { 'predictive.x': 1 } })).status).toBe(
    400,
  );
  expect((await server.send('PUT', '/v1/policies/static', { json })).status).toBe(400);
  const ran = await server.python('pass', { scaling: { policy: 'mine' } });
  expect(ran.summary).toMatchObject({ policy: 'static' });
  await server.send('PUT', '/v1/defaults', { json: { policy: 'threshold', priority: 7 } });
  expect((await server.python('pass')).summary).toMatchObject({ policy: 'threshold' });
  expect((await server.send('DELETE', '/v1/policies/mine')).status).toBe(204);
  expect((await server.send('GET', '/v1/policies/mine')).status).toBe(404);
  expect((await server.send<{ policies: [] }>('GET', '/v1/policies')).body.policies).toEqual([]);
});

test('code is analysed without being run', async ({ server }) => {
  const code = 'for a in range(100):\n  for b in range(100):\n    print(a * b)';
  const { status, body } = await server.send<{ language: string }>('POST', '/v1/analyze', {
    json: { code, language: 'python' },
  });
  expect([status, body.language]).toEqual([200, 'python']);
});

test('while a large source is read, others are answered', async ({ server }) => {
  const code = 'def f(a):\n    for i in range(a):\n        a[i] = sorted(a)\n'.repeat(20_000);
  let analyzed: number | undefined;
  const analysis = server
    .send('POST', '/v1/analyze', { json: { code, language: 'python' } })
    .then(({ status }) => (analyzed = status));
  let answered = 0;
  while (analyzed === undefined) {
    expect((await server.send('GET', '/healthz')).status).toBe(200);
    answered += 1;
  }
  expect(await analysis).toBe(200);
  // One may have come before it, and one behind it.
  expect(answered).toBeGreaterThan(2);
});

test('the node tells what it has, and Prometheus can read it', async ({ server }) => {
  const ended = async () => {
    const text = await (await server.fetch('GET', '/metrics')).text();
    const value = (line: RegExp) => Number(line.exec(text)?.[1] ?? 0);
    return [
      value(/^limber_executions_ended_total\{outcome="succeeded"\} (\d+)$/m),
      value(/^limber_execution_duration_seconds_count (\d+)$/m),
    ];
  };
  const before = await ended();
  await server.python('pass');
  const node = await server.send<{ capacity: Sizes }>('GET', '/v1/node');
  expect(node.body.capacity.cpuCores).toBeGreaterThan(0);
  expect((await server.send('GET', '/v1/node/ledger')).status).toBe(200);
  expect((await server.send('GET', '/healthz')).status).toBe(200);
  expect((await server.send('GET', '/readyz')).status).toBe(200);
  expect(await ended()).toEqual(before.map((count) => count + 1));
});
