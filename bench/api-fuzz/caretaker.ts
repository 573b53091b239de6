import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE_MS = 60_000;

/** What the server holds when nobody asks anything of it. */
export type Held = {
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly openDescriptors: number;
  readonly eventStreams: number;
  readonly running: number;
  readonly queued: number;
};

/** Ends and forgets all that was made on the server, and says what it holds then. */
export class Caretaker {
  readonly #url: string;
  readonly #key: string;
  /** Those of the server itself. */
  #ownStreams: number | undefined;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  async sweep(): Promise<Held> {
    const endMs = performance.now() + DEADLINE_MS;
    while ((await this.#sweepOnce()) > 0) {
      if (performance.now() > endMs) throw new Error('executions that were cancelled do not end');
      await sleep(50);
    }
    for (const { name } of await this.#list<{ name: string }>('/v1/policies', 'policies'))
      await this.#send('DELETE', `/v1/policies/${name}`);
    for (const path of ['/v1/defaults', '/v1/node/defaults']) await this.#send('PUT', path, {});
    for (;;) {
      const held = await this.held();
      this.#ownStreams ??= held.eventStreams;
      const { running, queued, eventStreams } = held;
      if (running + queued === 0 && eventStreams === this.#ownStreams) return held;
      if (performance.now() > endMs) throw new Error(`it does not let go: ${JSON.stringify(held)}`);
      await sleep(100);
    }
  }

  async held(): Promise<Held> {
    const text = await (await this.#send('GET', '/metrics')).text();
    const value = (name: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')[1] ?? NaN,
      );
    return {
      rssBytes: value('process_resident_memory_bytes'),
      heapBytes: value('nodejs_heap_size_used_bytes'),
      externalBytes: value('nodejs_external_memory_bytes'),
      openDescriptors: value('process_open_fds'),
      eventStreams: value('limber_event_streams'),
      running: value('limber_executions{state="running"}'),
      queued: value('limber_executions{state="queued"}'),
    };
  }

  /** How many there were. */
  async #sweepOnce(): Promise<number> {
    const found = await this.#list<{ id: string; state: string }>(
      '/v1/executions?limit=200',
      'executions',
    );
    for (const { id, state } of found) {
      const path = `/v1/executions/${id}`;
      await (state === 'ended' ? this.#send('DELETE', path) : this.#send('POST', `${path}/cancel`));
    }
    return found.length;
  }

  async #list<Item>(path: string, key: string): Promise<readonly Item[]> {
    const answer = (await (await this.#send('GET', path)).json()) as Record<string, Item[]>;
    return answer[key] ?? [];
  }

  #send(method: string, path: string, json?: object): Promise<Response> {
    return fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(json && { 'content-type': 'application/json' }),
      },
      ...(json && { body: JSON.stringify(json) }),
    });
  }
}
