import { describe, expect } from 'vitest';
import { readEvents, testsInOneServer, type Server, type View } from './server.ts';

const MIB = 2 ** 20;
const LOOP = 'import time\nprint("on", flush=True)\nwhile True: time.sleep(0.02)';
const BUSY = 'print("on", flush=True)\nwhile True: pass';

type Sizes = { readonly cpuCores: number; readonly memoryBytes: number };
type Effect = {
  readonly accepted: boolean;
  readonly text: string;
  readonly to: Sizes;
  readonly constraints: { readonly priority: number; readonly budget?: object };
};
type Resized = { readonly state: string; readonly accepted: Sizes; readonly actual: Sizes };
type Spent = View & { readonly spent?: { readonly coreSeconds: number } };

/** A server that runs one at a time: whatever comes second waits. */
const test = testsInOneServer({ serve: { maxRunning: 1, maxQueued: 3 } });

async function first(server: Server): Promise<string> {
  const { id } = await server.begin({ code: LOOP, language: 'python' });
  await server.whenRunning(id);
  return id;
}

async function next(server: Server, more: object = {}): Promise<string> {
  const { id } = await server.begin({ code: LOOP, language: 'python', ...more });
  expect((await server.get(id)).state).toBe('queued');
  return id;
}

async function end(server: Server, id: string): Promise<void> {
  await server.send('POST', `/v1/executions/${id}/cancel`);
  await server.get(id, '?waitMs=20000');
}

describe('one that waits is steered', () => {
  test('its priority moves it ahead, and only when it is no dry run', async ({ server }) => {
    const running = await first(server);
    const [early, late] = [await next(server), await next(server)];
    const url = `/v1/executions/${late}/scaling`;
    const json = { priority: 90, min: { memoryBytes: 90 * MIB } };
    const dry = await server.send<Effect>('PATCH', `${url}?dryRun=true`, { json });
    expect(dry.body).toMatchObject({ accepted: true, constraints: { priority: 90 } });
    expect(dry.body.to.memoryBytes).toBeGreaterThanOrEqual(90 * MIB);
    expect(await server.get(late)).toMatchObject({ scaling: {} });
    const changed = await server.send<Effect>('PATCH', url, { json });
    expect([changed.status, changed.body.text]).toEqual([200, expect.stringContaining('it waits')]);
    await end(server, running);
    await server.whenRunning(late);
    expect((await server.get(early)).state).toBe('queued');
    expect((await server.get(late)).allocation!.memoryBytes).toBeGreaterThanOrEqual(90 * MIB);
    const events = await readEvents(
      await server.fetch('GET', `/v1/executions/${late}/events?kinds=state,scaling`),
      (all) => all.length >= 3,
    );
    expect(events.map(({ kind }) => kind)).toEqual(['state', 'scaling', 'state']);
  });

  test('what makes no sense changes nothing', async ({ server }) => {
    await first(server);
    const id = await next(server);
    for (const [json, status] of [
      [{ min: { cpuCores: 4000 } }, 400],
      [{ min: { cpuCores: 2 }, max: { cpuCores: 1 } }, 400],
      [{ settings: { 'predictive.cpuMargin': 'much' } }, 400],
      [{ policy: 'nobodys' }, 404],
      [{ budget: { coreSeconds: -1 } }, 400],
    ] as const) {
      const answer = await server.send('PATCH', `/v1/executions/${id}/scaling`, { json });
      expect([json, answer.status]).toEqual([json, status]);
    }
    expect(await server.get(id)).toMatchObject({ state: 'queued', scaling: {} });
  });

  test('a size by hand is what it starts with; a hint as well', async ({ server }) => {
    const running = await first(server);
    const [sized, hinted] = [await next(server), await next(server)];
    const json = { cpuCores: 0.6, memoryBytes: 200 * MIB };
    const { body } = await server.send<Resized>('POST', `/v1/executions/${sized}/resize`, { json });
    expect(body).toMatchObject({ state: 'converging', accepted: json, actual: { cpuCores: 0 } });
    const wants = { memoryBytes: 300 * MIB };
    const heard = await server.send<{ accepted: boolean }>(
      'POST',
      `/v1/executions/${hinted}/hints`,
      {
        json: wants,
      },
    );
    expect(heard.body.accepted).toBe(true);
    await end(server, running);
    await server.whenRunning(sized);
    expect(await server.get(sized)).toMatchObject({
      allocation: json,
      scaling: { mode: 'locked' },
    });
    await end(server, sized);
    const isLarge = (size: number | undefined) => (size ?? 0) >= wants.memoryBytes;
    await server.whenRunning(hinted);
    const events = await readEvents(
      await server.fetch('GET', `/v1/executions/${hinted}/events?kinds=state`),
      (all) => all.length >= 2,
    );
    expect(isLarge((events[1]!.data['initial'] as Sizes).memoryBytes)).toBe(true);
  });

  test('many at once by their labels, those that wait and those that run', async ({ server }) => {
    const running = await server.begin({ code: LOOP, language: 'python', labels: { of: 'x' } });
    await server.whenRunning(running.id);
    const waiting = await next(server, { labels: { of: 'x' } });
    const { body } = await server.send<{ results: { id: string; accepted: boolean }[] }>(
      'PATCH',
      '/v1/executions/scaling?label=of=x',
      { json: { priority: 3 } },
    );
    const expected = [running.id, waiting].map((id) =>
      expect.objectContaining({ id, accepted: true }),
    );
    expect(body.results).toEqual(expected);
    for (const [path, json] of [
      ['hints', { memoryBytes: 200 * MIB }],
      ['resize', { memoryBytes: 300 * MIB }],
    ] as const) {
      const url = `/v1/executions/${path}?label=of=x`;
      const answer = await server.send<typeof body>('POST', url, { json });
      expect(answer.body.results).toEqual(expected);
      expect((await server.send('POST', `/v1/executions/${path}`, { json })).status).toBe(400);
    }
    expect((await server.get(running.id)).allocation!.memoryBytes).toBe(300 * MIB);
  });

  test('what was changed is what the next server goes on with', async ({ server }) => {
    const running = await first(server);
    const [early, late] = [await next(server), await next(server)];
    const json = { priority: 90 };
    await server.send('PATCH', `/v1/executions/${late}/scaling`, { json });
    await server.kill('SIGKILL');
    await server.start();
    await end(server, running);
    await server.whenRunning(late);
    expect((await server.get(early)).state).toBe('queued');
  });

  test('of several changes at once none is lost', async ({ server }) => {
    await first(server);
    const id = await next(server);
    const changes = [
      { priority: 7 },
      { weight: 3 },
      { min: { cpuCores: 0.2 } },
      { mode: 'observe' },
    ];
    await Promise.all(
      changes.map((json) => server.send('PATCH', `/v1/executions/${id}/scaling`, { json })),
    );
    expect(await server.get(id)).toMatchObject({ scaling: Object.assign({}, ...changes) });
  });

  test('when the queue is full, priority decides who waits', async ({ server }) => {
    await first(server);
    const ids = [await next(server), await next(server), await next(server)];
    const refused = await server.send('POST', '/v1/executions', { json: { command: ['true'] } });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    await server.send('PATCH', `/v1/executions/${ids[2]}/scaling`, { json: { priority: 60 } });
    await next(server, { scaling: { priority: 55 } });
    expect(await server.get(ids[1]!)).toMatchObject({ state: 'ended', outcome: 'cancelled' });
    expect((await server.get(ids[2]!)).state).toBe('queued');
  });
});

test('a budget holds it to its minimum, until there is more', async ({ server }) => {
  const { id } = await server.begin({
    code: BUSY,
    language: 'python',
    scaling: { budget: { coreSeconds: 0.3 }, min: { cpuCores: 0.1 } },
  });
  await server.whenRunning(id);
  const view = async () => (await server.send<Spent>('GET', `/v1/executions/${id}`)).body;
  const cores = async () => (await view()).allocation?.cpuCores;
  await expect.poll(cores, { timeout: 20_000 }).toBe(0.1);
  expect((await view()).spent!.coreSeconds).toBeGreaterThanOrEqual(0.3);
  const url = `/v1/executions/${id}/scaling`;
  const more = { budget: { coreSeconds: 1000, gibibyteSeconds: 500, networkBytes: 1e9 } };
  const { body } = await server.send<Effect>('PATCH', url, { json: more });
  expect(body.constraints.budget).toEqual({
    coreSeconds: 1000,
    byteSeconds: 500 * 2 ** 30,
    networkBytes: 1e9,
  });
  await expect.poll(cores, { timeout: 20_000 }).toBeGreaterThan(0.5);
  const none = { budget: { coreSeconds: null, gibibyteSeconds: null, networkBytes: null } };
  expect((await server.send<Effect>('PATCH', url, { json: none })).body.constraints.budget).toBe(
    undefined,
  );
});
