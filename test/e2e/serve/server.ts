import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test as plain } from 'vitest';
import { CAPABILITIES, requires } from '../../capabilities.ts';
import { makeBox, NEEDED, test as inBox, type Box } from '../box.ts';
import type { Limber } from '../limber.ts';
import { Contract, type OpenApi } from './contract.ts';

/** A server ends with its test, however long a busy machine makes that. */
const LONGEST_TEST_MS = 600_000;

export type View = {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'ended';
  readonly outcome?: string;
  readonly exitCode?: number;
  readonly text?: string;
  readonly labels: Record<string, string>;
  readonly allocation?: { readonly cpuCores: number; readonly memoryBytes: number };
  readonly outputBytes: { readonly stdout: number; readonly stderr: number };
  readonly summary?: { readonly notes: readonly { readonly code: string }[] };
};

export type Answer<Body = View> = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
};

type Send = {
  readonly json?: unknown;
  readonly bytes?: string | Buffer;
  readonly headers?: Record<string, string>;
  readonly key?: string;
};

/** A real `limber serve`, and whoever calls it. Each answer is held against the document that it serves. */
export class Server {
  readonly #box: Box;
  readonly #args: readonly string[];
  readonly #config: Record<string, string>;
  #limber!: Limber;
  #contract!: Contract;
  url = '';

  constructor(box: Box, args: readonly string[], env: Record<string, string> = {}) {
    this.#box = box;
    this.#args = args;
    this.#config = env;
    mkdirSync(box.home, { recursive: true });
  }

  get limber(): Limber {
    return this.#limber;
  }

  async start(): Promise<this> {
    const args = ['serve', '--port', '0', '--log-level', 'warn', ...this.#args];
    this.#limber = this.#box.start(args, { env: this.#config, deadlineMs: LONGEST_TEST_MS });
    await this.#limber.prints('\n');
    this.url = this.#limber.stdout.trim();
    const document = (await (await fetch(`${this.url}/openapi.json`)).json()) as OpenApi;
    this.#contract = new Contract(document);
    return this;
  }

  get document(): OpenApi {
    return this.#contract.document;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#limber.child.kill(signal);
    await this.#limber.ended;
  }

  async fetch(
    method: string,
    path: string,
    { json, bytes, headers, key }: Send = {},
  ): Promise<Response> {
    const type = json === undefined ? 'application/octet-stream' : 'application/json';
    const body = json === undefined ? bytes : JSON.stringify(json);
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': type }),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...headers,
      },
      ...(body !== undefined && { body: body as string }),
    });
    return this.#contract.check(method, path, response);
  }

  /** A message of a WebSocket, held against the document as well. */
  event(text: string): StreamEvent {
    const data = JSON.parse(text) as StreamEvent;
    this.#contract.event('WebSocket', data);
    return data;
  }

  async send<Body = View>(method: string, path: string, send?: Send): Promise<Answer<Body>> {
    const response = await this.fetch(method, path, send);
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const body = (isJson ? JSON.parse(text) : text) as Body;
    return { status: response.status, headers: response.headers, body };
  }

  /** Runs Python until it has ended. */
  async python(code: string, more: object = {}, key?: string): Promise<View> {
    const json = { code, language: 'python', ...more };
    const send = { json, ...(key !== undefined && { key }) };
    const { body } = await this.send('POST', '/v1/executions?waitMs=60000', send);
    return body;
  }

  async begin(json: object, key?: string): Promise<View> {
    const send = { json, ...(key !== undefined && { key }) };
    const { status, body } = await this.send('POST', '/v1/executions', send);
    expect([status, body]).toEqual([201, expect.objectContaining({ id: expect.any(String) })]);
    return body;
  }

  async get(id: string, query = ''): Promise<View> {
    return (await this.send('GET', `/v1/executions/${id}${query}`)).body;
  }

  async output(id: string, stream: 'stdout' | 'stderr' = 'stdout'): Promise<string> {
    return (await this.fetch('GET', `/v1/executions/${id}/output/${stream}`)).text();
  }

  async whenRunning(id: string): Promise<void> {
    await expect.poll(async () => (await this.get(id)).state, { timeout: 20_000 }).toBe('running');
  }
}

/** A server for one test, ended with it; what it started must be gone as well. */
export const test = inBox.extend<{ server: Server }>({
  server: async ({ box }, use) => {
    const server = await new Server(box, ['--no-keys']).start();
    await use(server);
    await endAll(server);
  },
});

/**
 * The same with one server for all tests of a file, which begin without any execution. For what does
 * not ask what a server has just after its start: to start one takes a second and more.
 */
export function testsInOneServer(settings: object = {}) {
  return plain
    .extend('settings', { scope: 'file' }, settings)
    .extend('shared', { scope: 'file' }, async ({ settings }, { onCleanup }) => {
      if (!NEEDED.every((capability) => CAPABILITIES[capability]())) return undefined;
      const { box, close } = makeBox();
      const server = await new Server(box, ['--no-keys'], configured(box, settings)).start();
      onCleanup(async () => {
        await endAll(server);
        await close();
      });
      return { box, server };
    })
    .extend('server', async ({ shared, skip }, { onCleanup }) => {
      requires({ skip }, ...NEEDED);
      onCleanup(() => forgetAll(shared!.server));
      return shared!.server;
    })
    .extend('box', ({ shared, skip }) => {
      requires({ skip }, ...NEEDED);
      return shared!.box;
    });
}

/** The environment of a server with these settings. */
export function configured(box: Box, settings: object): Record<string, string> {
  const path = box.write('config.json', JSON.stringify(settings));
  return { LIMBER_CONFIG: join(box.current, path) };
}

export async function endAll(server: Server): Promise<void> {
  await forgetAll(server);
  await server.kill('SIGTERM');
}

async function forgetAll(server: Server): Promise<void> {
  const { child } = server.limber;
  if (child.exitCode !== null || child.signalCode) await server.start();
  const { executions } = (await server
    .send<{ executions: View[] }>('GET', '/v1/executions?limit=200')
    .then(({ body }) => body)) as { executions: View[] };
  const left = executions.filter(({ state }) => state !== 'ended');
  await Promise.all(left.map(({ id }) => server.send('POST', `/v1/executions/${id}/cancel`)));
  await Promise.all(left.map(({ id }) => server.get(id, '?waitMs=20000')));
  await Promise.all(executions.map(({ id }) => server.send('DELETE', `/v1/executions/${id}`)));
}

/** The events of a stream up to its end, or until `enough`. */
export async function readEvents(
  response: Response,
  enough: (events: readonly StreamEvent[]) => boolean = () => false,
): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    rest += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) events.push(JSON.parse(data) as StreamEvent);
    }
    if (enough(events)) break;
  }
  return events;
}

export type StreamEvent = {
  readonly sequence: number;
  readonly execution: string;
  readonly kind: string;
  readonly data: Record<string, unknown>;
};
