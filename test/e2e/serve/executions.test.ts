import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import {
  readEvents,
  test as inServer,
  testsInOneServer,
  type Server,
  type View,
} from './server.ts';

const test = testsInOneServer();

const NO_RATE = {
  ingressBitsPerSecond: expect.any(Number),
  egressBitsPerSecond: expect.any(Number),
};
const FOREVER = { code: 'import time\nprint("on", flush=True)\nwhile True: time.sleep(0.05)' };
const forever = (more: object = {}) => ({ ...FOREVER, language: 'python', ...more });

describe('creating', () => {
  test('inline code, with arguments, environment, input and files', async ({ server }) => {
    const code = `
import os, sys
print(sys.argv[1:], os.environ['WORD'], sys.stdin.read(), open('data/in.txt').read())
print('oops', file=sys.stderr)
open('out.txt', 'w').write('made')
sys.exit(3)`;
    const ended = await server.python(code, {
      args: ['a', 'b'],
      env: { WORD: 'hidden-word' },
      stdin: 'typed',
      files: [{ path: 'data/in.txt', text: 'given' }],
    });
    expect(ended).toMatchObject({ state: 'ended', outcome: 'failed', exitCode: 3 });
    expect(await server.output(ended.id)).toBe("['a', 'b'] hidden-word typed given\n");
    expect(await server.output(ended.id, 'stderr')).toBe('oops\n');
    const file = await server.fetch('GET', `/v1/executions/${ended.id}/files/out.txt`);
    expect(await file.text()).toBe('made');
    expect(JSON.stringify(ended)).not.toContain('hidden-word');
  });

  test('a file of several as the script, and a command', async ({ server }) => {
    const files = [
      { path: 'main.py', text: 'import helper; helper.hello()' },
      { path: 'helper.py', base64: Buffer.from('def hello(): print("hi")').toString('base64') },
    ];
    const { body } = await server.send('POST', '/v1/executions?waitMs=60000', {
      json: { entry: 'main.py', files },
    });
    expect(await server.output(body.id)).toBe('hi\n');
    const command = await server.send('POST', '/v1/executions?waitMs=60000', {
      json: { command: ['sh', '-c', 'echo $0 $1; pwd', 'x'], args: ['y'] },
    });
    expect(await server.output(command.body.id)).toBe('x y\n/work\n');
  });

  test.for([
    [{}, /exactly one of code, entry and command/],
    [{ code: 'x' }, /code needs a language/],
    [{ code: 'x', language: 'cobol' }, /language: expected one of/],
    [{ code: 'x', language: 'python', surprise: 1 }, /unknown key surprise/],
    [{ command: ['no-such-command'] }, /Cannot find "no-such-command"/],
    [{ entry: '../x.py' }, /not one inside the work folder/],
    [{ code: 'x', language: 'python', env: { '1x': 'a' } }, /no valid name/],
    [{ code: 'x', language: 'python', scaling: { policy: 'mine' } }, /no policy "mine"/],
    [{ code: 'x', language: 'python', scaling: { min: { cpuCores: 4000 } } }, /can never run here/],
    [
      { code: 'x', language: 'python', maxOutputBytes: 2 ** 40 },
      /maxOutputBytes: expected at most/,
    ],
  ] as const)('what makes no sense is told: %j', async ([json, detail], { server }) => {
    const { status, body, headers } = await server.send<Record<string, unknown>>(
      'POST',
      '/v1/executions',
      { json },
    );
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ status, detail: expect.stringMatching(detail) });
  });

  test('the same key twice is one execution; for another request it is refused', async ({
    server,
  }) => {
    const headers = { 'idempotency-key': 'once' };
    const json = { command: ['echo', 'one'] };
    const both = await Promise.all([
      server.send('POST', '/v1/executions', { json, headers }),
      server.send('POST', '/v1/executions', { json, headers }),
    ]);
    expect(new Set(both.map(({ body }) => body.id)).size).toBe(1);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 201]));
    const other = { command: ['echo', 'two'] };
    const { status } = await server.send('POST', '/v1/executions', { json: other, headers });
    expect(status).toBe(409);
  });

  test('only JSON is taken for a request', async ({ server }) => {
    const headers = { 'content-type': 'text/plain' };
    const { status } = await server.send('POST', '/v1/executions', { bytes: '{}', headers });
    expect(status).toBe(415);
  });
});

describe('a dry run', () => {
  type Foreseen = {
    readonly would: string;
    readonly text: string;
    readonly allocation: { readonly memoryBytes: number; readonly cpuCores: number };
    readonly reasons: readonly string[];
  };
  const foresee = async (server: Server, json: object) => {
    const path = '/v1/executions?dryRun=true';
    const { status, body } = await server.send<Foreseen>('POST', path, { json });
    expect([status, body]).toEqual([200, expect.objectContaining({ dryRun: true })]);
    return body;
  };

  // What waits for the next program changes what one begins with.
  inServer('says what it would begin with and why, and leaves nothing', async ({ server, box }) => {
    const code = 'for a in range(1000):\n  for b in range(1000): print(a * b)';
    const scaling = { max: { memoryBytes: 2 ** 27 }, policy: 'threshold' };
    const foreseen = await foresee(server, { code, language: 'python', scaling });
    expect(foreseen).toMatchObject({
      would: 'start',
      constraints: { max: { memoryBytes: 2 ** 27 }, mode: 'auto' },
      policy: 'threshold',
      profile: { language: 'python', class: 'constant' },
    });
    expect(foreseen.reasons.length).toBeGreaterThan(0);
    const ran = await server.python(code, { scaling });
    expect(ran.summary).toMatchObject({ initial: foreseen.allocation });
    const { body } = await server.send<{ executions: View[] }>('GET', '/v1/executions');
    expect(body.executions.map(({ id }) => id)).toEqual([ran.id]);
    expect(readdirSync(join(box.home, 'executions'))).toEqual([ran.id]);
  });

  test('without limits it has what the node has', async ({ server }) => {
    const node = (await server.send<{ capacity: object }>('GET', '/v1/node')).body;
    const scaling = { policy: 'unlimited' };
    const { allocation } = await foresee(server, { command: ['true'], scaling });
    expect(node.capacity).toMatchObject({ ...allocation, ...NO_RATE });
  });

  test('says that it would wait, and for what', async ({ server }) => {
    const { body: node } = await server.send<{ capacity: { memoryBytes: number } }>(
      'GET',
      '/v1/node',
    );
    const most = { memoryBytes: Math.floor(node.capacity.memoryBytes * 0.8) };
    const all = { scaling: { min: most }, initial: most };
    const first = await server.begin(forever(all));
    await server.whenRunning(first.id);
    const { would, text } = await foresee(server, forever(all));
    expect([would, text]).toEqual(['wait', expect.stringContaining('memory')]);
    expect((await foresee(server, forever())).would).toBe('start');
    const second = await server.begin(forever(all));
    expect((await server.get(second.id)).state).toBe('queued');
    expect(await foresee(server, forever())).toMatchObject({
      would: 'wait',
      text: 'it would wait behind 1 of at least its priority',
    });
    expect((await foresee(server, forever({ scaling: { priority: 90 } }))).would).toBe('start');
  });

  test('what would be refused is refused', async ({ server }) => {
    const path = '/v1/executions?dryRun=true';
    const json = { code: 'x', language: 'python', scaling: { min: { cpuCores: 4000 } } };
    const { status, body } = await server.send<{ code: string }>('POST', path, { json });
    expect([status, body.code]).toEqual([400, 'never-fits']);
  });
});

describe('what there is', () => {
  test('is listed by label and state, page by page', async ({ server }) => {
    const ids: string[] = [];
    for (const n of ['1', '2', '3'])
      ids.unshift((await server.python('pass', { labels: { n, all: 'yes' } })).id);
    type List = { readonly executions: View[]; readonly next?: string };
    const list = async (query: string) =>
      (await server.send<List>('GET', `/v1/executions?${query}`)).body;
    const first = await list('label=all=yes&limit=2');
    expect(first.executions.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const second = await list(`label=all=yes&limit=2&cursor=${first.next}`);
    expect(second.executions.map(({ id }) => id)).toEqual(ids.slice(2));
    expect(second.next).toBeUndefined();
    expect((await list('label=n=2')).executions.map(({ id }) => id)).toEqual([ids[1]]);
    expect((await list('state=running')).executions).toEqual([]);
    expect((await server.send('GET', '/v1/executions?cursor=nonsense')).status).toBe(400);
  });

  test('is cancelled, then deleted, and is gone then', async ({ server }) => {
    const { id } = await server.begin(forever());
    await server.whenRunning(id);
    expect((await server.send('DELETE', `/v1/executions/${id}`)).status).toBe(409);
    expect((await server.send('POST', `/v1/executions/${id}/cancel`)).status).toBe(202);
    expect(await server.get(id, '?waitMs=30000')).toMatchObject({ outcome: 'cancelled' });
    expect((await server.send('DELETE', `/v1/executions/${id}`)).status).toBe(204);
    expect((await server.send('GET', `/v1/executions/${id}`)).status).toBe(404);
  });

  test('ends by its timeout, and by writing too much', async ({ server }) => {
    const timed = await server.python('while True: pass', { timeoutMs: 300, graceMs: 100 });
    expect(timed.outcome).toBe('timed-out');
    const json = { command: ['yes'], maxOutputBytes: 100_000 };
    const { body } = await server.send('POST', '/v1/executions?waitMs=60000', { json });
    expect(body.outcome).toBe('output-exceeded');
  });
});

describe('output, input and files', () => {
  test('output is followed while it comes', async ({ server }) => {
    const code = 'for n in range(5):\n  print(n, flush=True)\n  input()';
    const { id } = await server.begin({ code, language: 'python', stdin: { open: true } });
    const response = await server.fetch('GET', `/v1/executions/${id}/output/stdout?follow=true`);
    let text = '';
    // Each line is answered, and the next one comes only then.
    for await (const chunk of response.body!) {
      text += Buffer.from(chunk as Uint8Array).toString();
      await server.send('POST', `/v1/executions/${id}/stdin`, { bytes: '\n' });
    }
    expect(text).toBe('0\n1\n2\n3\n4\n');
    const rest = await server.fetch('GET', `/v1/executions/${id}/output/stdout?fromByte=6`);
    expect(await rest.text()).toBe('3\n4\n');
  });

  test('binary output comes out byte for byte', async ({ server }) => {
    const code = 'import sys\nsys.stdout.buffer.write(bytes(range(256)) * 1000)';
    const { id } = await server.python(code);
    const response = await server.fetch('GET', `/v1/executions/${id}/output/stdout?download=true`);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes).toEqual(
      Buffer.concat(Array(1000).fill(Buffer.from(Array.from({ length: 256 }, (_, n) => n)))),
    );
    expect(response.headers.get('content-disposition')).toContain(id);
  });

  test('input is sent while it runs', async ({ server }) => {
    const { id } = await server.begin({ command: ['cat'], stdin: { open: true } });
    await server.whenRunning(id);
    const send = (bytes: string) => server.send('POST', `/v1/executions/${id}/stdin`, { bytes });
    expect((await send('one ')).status).toBe(204);
    expect((await send('two')).status).toBe(204);
    expect((await server.send('POST', `/v1/executions/${id}/stdin/close`)).status).toBe(204);
    expect(await server.get(id, '?waitMs=30000')).toMatchObject({ outcome: 'succeeded' });
    expect(await server.output(id)).toBe('one two');
    expect((await send('late')).status).toBe(409);
  });

  test('files come and go while it runs, and no link leads out', async ({ server, box }) => {
    const code = `
import os, time
os.symlink('/etc/passwd', 'link')
os.symlink('/etc', 'folder')
os.mkfifo('pipe')
while not os.path.exists('in/go.txt'): time.sleep(0.02)
print(open('in/go.txt').read())`;
    const { id } = await server.begin({ code, language: 'python' });
    await server.whenRunning(id);
    const files = `/v1/executions/${id}/files`;
    await expect
      .poll(async () => (await server.send<object>('GET', files)).body)
      .toMatchObject({ entries: expect.arrayContaining([{ path: 'pipe', kind: 'other' }]) });
    for (const path of ['link', 'folder/passwd', 'pipe', 'missing', 'in']) {
      const { status } = await server.send('GET', `${files}/${path}`);
      expect([path, status]).toEqual([path, 404]);
    }
    symlinkSync(box.folder, join(box.home, 'executions', id, 'work', 'out'));
    expect((await server.send('PUT', `${files}/out/x`, { bytes: 'x' })).status).toBe(404);
    expect((await server.send('GET', `${files}/..%2fprepared.json`)).status).toBe(400);
    expect((await server.send('PUT', `${files}/in/go.txt`, { bytes: 'gone' })).status).toBe(204);
    expect(await server.get(id, '?waitMs=30000')).toMatchObject({ outcome: 'succeeded' });
    expect(await server.output(id)).toBe('gone\n');
  });
});

describe('events', () => {
  test('tell the whole run, and go on after any of them', async ({ server }) => {
    const code = 'import time\nfor n in range(3):\n  print(n, flush=True)\n  time.sleep(0.15)';
    const { id } = await server.begin({ code, language: 'python' });
    const url = `/v1/executions/${id}/events`;
    const all = await readEvents(await server.fetch('GET', url));
    const sequences = all.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
    const kinds = all.map(({ kind }) => kind);
    expect(kinds[0]).toBe('state');
    expect(kinds).toEqual(expect.arrayContaining(['sample', 'phase', 'output']));
    expect(all.at(-1)?.data).toMatchObject({ state: 'ended', outcome: 'succeeded' });
    const text = all.filter(({ kind }) => kind === 'output').map(({ data }) => data['text']);
    expect(text.join('')).toBe('0\n1\n2\n');
    for (const at of [0, 2, all.length - 2]) {
      const headers = { 'last-event-id': String(all[at]!.sequence) };
      const rest = await readEvents(await server.fetch('GET', url, { headers }));
      expect(rest).toEqual(all.slice(at + 1));
    }
    const only = await readEvents(await server.fetch('GET', `${url}?kinds=state`));
    expect(only).toEqual(all.filter(({ kind }) => kind === 'state'));
    // What has ended has no more to come, whatever is asked for.
    expect(await readEvents(await server.fetch('GET', `${url}?kinds=resize`))).toEqual([]);
    const headers = { 'last-event-id': String(all.at(-1)!.sequence) };
    expect(await readEvents(await server.fetch('GET', url, { headers }))).toEqual([]);
  });

  test('come by WebSocket as well, and for all of a tenant', async ({ server }) => {
    const stream = await server.fetch('GET', '/v1/events?kinds=state');
    const { id } = await server.python('pass');
    const isEnd = ({ data }: { data: Record<string, unknown> }) => data['state'] === 'ended';
    const told = await readEvents(stream, (events) => events.some(isEnd));
    expect(told.map(({ execution, data }) => [execution, data['state']])).toEqual([
      [id, 'queued'],
      [id, 'running'],
      [id, 'ended'],
    ]);
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/executions/${id}/events`);
    const heard: string[] = [];
    await new Promise((resolve) => {
      socket.onmessage = ({ data }) => heard.push(server.event(String(data)).kind);
      socket.onclose = resolve;
    });
    expect(heard.filter((kind) => kind === 'state')).toHaveLength(3);
  });
});

test('the page about it needs nothing from elsewhere', async ({ server }) => {
  const page = await (await server.fetch('GET', '/docs/')).text();
  const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((link) => /^(https?:)?\/\//.test(link!))).toEqual([]);
  expect(server.document.openapi).toBe('3.1.0');
});

test('values of the environment are nowhere on disk and in no log', async ({ server, box }) => {
  const secret = 'a-secret-value-of-mine';
  await server.python('import os; os.environ["S"]', { env: { S: secret } });
  for (const name of ['service.sqlite', 'service.sqlite-wal', 'store.sqlite', 'store.sqlite-wal'])
    expect(readFileSync(join(box.home, name), 'latin1')).not.toContain(secret);
  expect(server.limber.stderr).not.toContain(secret);
});
