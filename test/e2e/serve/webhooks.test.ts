import { createServer, type IncomingHttpHeaders, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { describe, expect } from 'vitest';
import { test as inBox, type Box } from '../box.ts';
import { configured, endAll, Server } from './server.ts';

type Made = {
  readonly id: string;
  readonly secret: string;
  readonly enabled: boolean;
  readonly pending: number;
  readonly dead: number;
};
type Deliveries = {
  readonly deliveries: readonly {
    readonly id: string;
    readonly state: string;
    readonly attempts: number;
    readonly problem?: string;
  }[];
};
type Sent = {
  readonly type: string;
  readonly data: { readonly execution: string; readonly sequence: number; readonly state?: string };
};
type Received = { readonly headers: IncomingHttpHeaders; readonly body: string };

/** Whoever is told: a real HTTP server, which answers as it is asked to. */
class Receiver {
  readonly received: Received[] = [];
  answer: () => number | undefined = () => 204;
  headers: Record<string, string> = {};
  #server: HttpServer | undefined;
  #port = 0;

  async start(): Promise<this> {
    this.#server = createServer((request, reply) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        const status = this.answer();
        if (status !== undefined) reply.writeHead(status, this.headers).end('thanks');
      });
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await new Promise((resolve) => this.#server!.once('listening', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`;
  }

  get sent(): readonly Sent[] {
    return this.received.map(({ body }) => JSON.parse(body) as Sent);
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }
}

const test = inBox.extend<{ receiver: Receiver }>({
  receiver: async ({ box: _box }, use) => {
    const receiver = await new Receiver().start();
    await use(receiver);
    receiver.stop();
  },
});

/** Quick enough for a test, and allowed to send to this machine. */
function serve(box: Box, webhooks: object = {}, args = ['--no-keys']): Promise<Server> {
  const settings = {
    allowPrivateAddresses: true,
    firstRetryMs: '50ms',
    longestRetryMs: '400ms',
    ...webhooks,
  };
  return new Server(box, args, configured(box, { serve: { webhooks: settings } })).start();
}

async function hook(server: Server, json: object): Promise<Made> {
  const { status, body } = await server.send<Made>('POST', '/v1/webhooks', { json });
  expect([status, body]).toEqual([201, expect.objectContaining({ id: expect.any(String) })]);
  return body;
}

const view = async (server: Server, { id }: Made) =>
  (await server.send<Made>('GET', `/v1/webhooks/${id}`)).body;

const deliveries = async (server: Server, { id }: Made, query = '') =>
  (await server.send<Deliveries>('GET', `/v1/webhooks/${id}/deliveries${query}`)).body.deliveries;

test('events come signed, as Standard Webhooks has it', async ({ box, receiver }) => {
  const server = await serve(box);
  const made = await hook(server, { url: receiver.url, kinds: ['state', 'scaling'] });
  const { id } = await server.python('print(1)');
  await expect.poll(() => receiver.received.length).toBe(3);
  const verifier = new Webhook(made.secret);
  for (const { headers, body } of receiver.received)
    expect(verifier.verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'execution.state',
      data: { execution: id },
    });
  const states = receiver.sent
    .toSorted((one, other) => one.data.sequence - other.data.sequence)
    .map(({ data }) => data.state);
  expect(states).toEqual(['queued', 'running', 'ended']);
  expect(() =>
    new Webhook('whsec_c29tZXRoaW5nIGVsc2U=').verify(
      receiver.received[0]!.body,
      receiver.received[0]!.headers as Record<string, string>,
    ),
  ).toThrow();
  await expect.poll(() => view(server, made)).toMatchObject({ pending: 0, dead: 0 });
  await endAll(server);
});

test('it is changed, its secret as well, and deleted', async ({ box, receiver }) => {
  const server = await serve(box);
  const made = await hook(server, { url: receiver.url });
  const url = `/v1/webhooks/${made.id}`;
  const { body: list } = await server.send<{ webhooks: Made[] }>('GET', '/v1/webhooks');
  expect(list.webhooks).toEqual([expect.not.objectContaining({ secret: expect.anything() })]);
  await server.send('PATCH', url, { json: { enabled: false } });
  await server.python('pass');
  expect(receiver.received).toEqual([]);
  const changed = await server.send<Made>('PATCH', url, {
    json: { enabled: true, rotateSecret: true },
  });
  expect(changed.body.secret).not.toBe(made.secret);
  // What happened while it was off waited for it.
  await expect.poll(() => receiver.received.length).toBe(3);
  const { headers, body } = receiver.received[0]!;
  new Webhook(changed.body.secret).verify(body, headers as Record<string, string>);
  expect((await server.send('DELETE', url)).status).toBe(204);
  expect((await server.send('GET', url)).status).toBe(404);
  await endAll(server);
});

describe('a receiver that fails', () => {
  test('is tried again, with the same id, until it takes it', async ({ box, receiver }) => {
    const server = await serve(box);
    const answers = [500, 302, 429];
    receiver.answer = () => answers.shift() ?? 204;
    receiver.headers = { 'retry-after': '0.1', location: receiver.url };
    const made = await hook(server, { url: receiver.url });
    await server.python('pass');
    await expect.poll(() => receiver.received.length).toBe(6);
    const ids = new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
    expect(ids.size).toBe(3);
    await expect.poll(() => view(server, made)).toMatchObject({ pending: 0, dead: 0 });
    await endAll(server);
  });

  test('gets what waited from the next server, after a kill', async ({ box, receiver }) => {
    // More than are made on a slow machine until the receiver is there again.
    const server = await serve(box, { maxAttempts: 100 });
    receiver.stop();
    const made = await hook(server, { url: receiver.url });
    const { id } = await server.python('pass');
    await expect.poll(async () => (await deliveries(server, made)).length).toBe(3);
    await server.kill('SIGKILL');
    await receiver.start();
    await server.start();
    const states = () => new Set(receiver.sent.map(({ data }) => data.state));
    await expect.poll(states).toEqual(new Set(['queued', 'running', 'ended']));
    expect(receiver.sent.every(({ data }) => data.execution === id)).toBe(true);
    await endAll(server);
  });

  test('is given up, listed, and sent to again on request', async ({ box, receiver }) => {
    const server = await serve(box, { maxAttempts: 2 });
    receiver.answer = () => 500;
    const made = await hook(server, { url: receiver.url });
    await server.python('pass');
    const dead = () => deliveries(server, made, '?state=dead');
    await expect.poll(async () => (await dead()).length).toBe(3);
    const [first] = await dead();
    expect(first).toMatchObject({ state: 'dead', attempts: 2, problem: 'it answered 500' });
    receiver.answer = () => 200;
    const url = `/v1/webhooks/${made.id}/redeliver`;
    const one = await server.send<{ deliveries: number }>('POST', `${url}?delivery=${first!.id}`);
    expect([one.status, one.body.deliveries]).toEqual([202, 1]);
    expect((await server.send<{ deliveries: number }>('POST', url)).body.deliveries).toBe(2);
    await expect.poll(() => view(server, made)).toMatchObject({ pending: 0, dead: 0 });
    expect((await server.send('POST', `${url}?delivery=${first!.id}`)).status).toBe(404);
    await endAll(server);
  });

  test('that is gone for good is sent nothing any more', async ({ box, receiver }) => {
    const server = await serve(box);
    receiver.answer = () => 410;
    const made = await hook(server, { url: receiver.url });
    await server.python('pass');
    await expect.poll(() => view(server, made)).toMatchObject({ enabled: false });
    await endAll(server);
  });

  test('that never answers is given so much time', async ({ box, receiver }) => {
    const server = await serve(box, { timeoutMs: '200ms', maxAttempts: 1 });
    receiver.answer = () => undefined;
    const made = await hook(server, { url: receiver.url });
    await server.python('pass');
    const problems = async () => (await deliveries(server, made)).map(({ problem }) => problem);
    await expect.poll(problems).toEqual(Array(3).fill('no answer in 200 ms'));
    await endAll(server);
  });

  test('lets others wait in the store, and none is lost', async ({ box, receiver }) => {
    const server = await serve(box, { maxPending: 2, maxAttempts: 1000 });
    receiver.answer = () => 503;
    const made = await hook(server, { url: receiver.url });
    const ids = [];
    for (let n = 0; n < 3; n++) ids.push((await server.python('pass')).id);
    expect((await view(server, made)).pending).toBe(2);
    receiver.received.length = 0;
    receiver.answer = () => 200;
    const ended = () =>
      new Set(
        receiver.sent
          .filter(({ data }) => data.state === 'ended')
          .map(({ data }) => data.execution),
      );
    await expect.poll(ended, { timeout: 20_000 }).toEqual(new Set(ids));
    await endAll(server);
  });
});

describe('where nothing is sent', () => {
  const REFUSED = [
    'nonsense',
    'ftp://example.com/',
    'http://example.com/',
    'https://user:secret@example.com/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://10.1.2.3/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
  ];

  inBox('is not this machine, nor a private network', async ({ box }) => {
    const server = await serve(box, { allowPrivateAddresses: false, maxAttempts: 1 });
    for (const url of REFUSED) {
      const { status } = await server.send('POST', '/v1/webhooks', { json: { url } });
      expect([url, status]).toEqual([url, 400]);
    }
    // A name tells where it leads only when it is resolved.
    const made = await hook(server, { url: 'https://localhost:1/hook' });
    await server.python('pass');
    await expect
      .poll(async () =>
        (await deliveries(server, made, '?state=dead')).map(({ problem }) => problem),
      )
      .toEqual(Array(3).fill(expect.stringContaining('an address of a private network')));
    await endAll(server);
  });

  inBox('is the webhook of another tenant', async ({ box }) => {
    const [one, other] = await Promise.all(
      ['one', 'other'].map(async (tenant) => {
        const scopes = ['--scopes', 'run,steer,read'];
        const { stdout } = await box.limber(['key', 'create', '--tenant', tenant, ...scopes]);
        return stdout.toString().trim();
      }),
    );
    const receiver = await new Receiver().start();
    const server = await serve(box, { maxPerTenant: 1 }, []);
    const json = { url: receiver.url };
    const made = await server.send<Made>('POST', '/v1/webhooks', { json, key: one! });
    expect((await server.send('POST', '/v1/webhooks', { json, key: one! })).status).toBe(409);
    const url = `/v1/webhooks/${made.body.id}`;
    for (const [method, path] of [
      ['GET', url],
      ['DELETE', url],
      ['GET', `${url}/deliveries`],
      ['POST', `${url}/redeliver`],
    ] as const)
      expect((await server.send(method, path, { key: other! })).status).toBe(404);
    await server.python('pass', {}, other!);
    const { id } = await server.python('pass', {}, one!);
    await expect.poll(() => receiver.received.length).toBe(3);
    expect(new Set(receiver.sent.map(({ data }) => data.execution))).toEqual(new Set([id]));
    receiver.stop();
    await server.kill('SIGTERM');
  });
});
