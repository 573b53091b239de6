import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect } from 'vitest';
import { test, type Box } from '../box.ts';
import { LIMBER } from '../limber.ts';
import { Server } from './server.ts';

type Called = {
  readonly isError?: boolean;
  readonly content: readonly { readonly text: string }[];
  readonly structuredContent?: Record<string, unknown>;
};
type CallOptions = Parameters<Client['callTool']>[2];

const LOOP = 'import time\nprint("on", flush=True)\nwhile True: time.sleep(0.05)';
const TIMEOUT_MS = 120_000;

/** The official client, and what it started. */
class Agent {
  readonly client = new Client({ name: 'test', version: '1' });

  async call(name: string, args: object, options: CallOptions = {}): Promise<Called> {
    const called = { name, arguments: args as Record<string, unknown> };
    return (await this.client.callTool(called, undefined, {
      timeout: TIMEOUT_MS,
      ...options,
    })) as Called;
  }

  async data(name: string, args: object, options?: CallOptions): Promise<Record<string, unknown>> {
    const { isError, content, structuredContent } = await this.call(name, args, options);
    expect([isError ?? false, content[0]!.text]).toEqual([false, expect.any(String)]);
    return structuredContent!;
  }
}

async function overStdio({ home, current }: Box): Promise<Agent> {
  const [command] = LIMBER as [string];
  const rest = [...LIMBER.slice(1), 'mcp'];
  const { PATH = '', HOME = '/' } = process.env;
  const env = { PATH, HOME, LIMBER_HOME: home };
  const agent = new Agent();
  await agent.client.connect(
    new StdioClientTransport({ command, args: rest, env, cwd: current, stderr: 'inherit' }),
    { timeout: TIMEOUT_MS },
  );
  return agent;
}

/** Each starts a Limber of its own, and some of them a server. */
const SLOW = { timeout: 240_000 };

describe('over standard input and output', () => {
  test(
    'an agent runs code, sees how it goes, and is told why it was resized',
    SLOW,
    async ({ box }) => {
      const agent = await overStdio(box);
      const { tools } = await agent.client.listTools();
      expect(tools.map(({ name }) => name).toSorted()).toEqual([
        'analyze_code',
        'explain',
        'list_runs',
        'resize',
        'run_code',
        'show_run',
        'stop_run',
      ]);
      const told: Progress[] = [];
      const code = `
import sys, time
kept = []
for n in range(30):
    kept.append(bytearray(8_000_000))
    time.sleep(0.04)
print('made', len(kept), sys.argv[1:])
print('e', file=sys.stderr)
sys.exit(3)`;
      const ran = await agent.data(
        'run_code',
        { code, language: 'python', args: ['a'] },
        { onprogress: (progress) => told.push(progress) },
      );
      expect(ran).toMatchObject({
        state: 'ended',
        outcome: 'failed',
        exitCode: 3,
        stdout: "made 30 ['a']\n",
        stderr: 'e\n',
      });
      expect((ran['resizes'] as string[]).join()).toContain('memory');
      const steps = told.map(({ progress }) => progress);
      expect(steps).toEqual(steps.toSorted((a, b) => a - b));
      expect(told.map(({ message }) => message).join('\n')).toMatch(/\d s: \w+.* cores, /);
      const explained = await agent.call('explain', { id: ran['id'] });
      expect(explained.content[0]!.text).toMatch(/First size: [^]*memory grew[^]*It failed\./);
      const listed = await agent.data('list_runs', {});
      expect(listed['runs']).toMatchObject([{ id: ran['id'], outcome: 'failed' }]);
      await agent.client.close();
    },
  );

  test('a run that is not waited for is resized, shown and stopped', SLOW, async ({ box }) => {
    const agent = await overStdio(box);
    const run = { code: LOOP, language: 'python', waitSeconds: 0 };
    const { id } = (await agent.data('run_code', run)) as { readonly id: string };
    const state = async () => (await agent.data('show_run', { id }))['state'];
    await expect.poll(state, { timeout: 30_000 }).toBe('running');
    const sizes = { cpuCores: 0.5, memoryBytes: 256 * 2 ** 20 };
    expect(await agent.data('resize', { id, ...sizes })).toMatchObject({ accepted: sizes });
    expect(await agent.data('stop_run', { id })).toMatchObject({ outcome: 'cancelled' });
    const again = await agent.call('resize', { id, cpuCores: 1 });
    expect([again.isError, again.content[0]!.text]).toEqual([
      true,
      expect.stringContaining('not-running'),
    ]);
    await agent.client.close();
  });

  test(
    'a call that is cancelled, and an agent that leaves, end what runs',
    SLOW,
    async ({ box }) => {
      const agent = await overStdio(box);
      const gone = new AbortController();
      const running = agent.call(
        'run_code',
        { code: LOOP, language: 'python' },
        {
          signal: gone.signal,
          onprogress: ({ message }) => message?.includes('cores') && gone.abort(),
        },
      );
      await expect(running).rejects.toThrow();
      const outcomes = async () => (await agent.data('list_runs', {}))['runs'];
      await expect.poll(outcomes, { timeout: 30_000 }).toMatchObject([{ outcome: 'cancelled' }]);
      // The box finds whatever would be left of the second.
      await agent.data('run_code', { code: LOOP, language: 'python', waitSeconds: 2 });
      await agent.client.close();
    },
  );

  test('what makes no sense is told, and the model can do better', SLOW, async ({ box }) => {
    const agent = await overStdio(box);
    for (const [name, args, text] of [
      ['run_code', { code: 'x' }, 'code needs a language'],
      ['run_code', { command: ['no-such-command'] }, 'no-such-command'],
      ['run_code', { code: 'x', language: 'cobol' }, 'language'],
      ['run_code', { surprise: 1 }, 'surprise'],
      ['show_run', { id: '000000000000' }, 'execution-unknown'],
    ] as const) {
      const { isError, content } = await agent.call(name, args);
      expect([args, isError, content[0]!.text]).toEqual([
        args,
        true,
        expect.stringContaining(text),
      ]);
    }
    const analysis = await agent.data('analyze_code', {
      code: 'for a in b:\n  for c in b: pass',
      language: 'python',
    });
    expect(analysis).toMatchObject({ language: 'python', class: 'quadratic' });
    await agent.client.close();
  });
});

test('over HTTP, for a server that asks for keys', SLOW, async ({ box }) => {
  const server = await new Server(box, []).start();
  const made = await box.limber(['key', 'create', '--scopes', 'run,read,steer']);
  const key = made.stdout.toString().trim();
  const limber = box.start(['mcp', '--http', '--port', '0'], {
    env: { LIMBER_SERVER: server.url, LIMBER_API_KEY: key },
  });
  await limber.prints('/mcp\n');
  const url = new URL(limber.stdout.trim());
  const connect = async (bearer: string) => {
    const agent = new Agent();
    const headers = { authorization: `Bearer ${bearer}` };
    const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers } });
    await agent.client.connect(transport as Parameters<Client['connect']>[0]);
    return { agent, session: transport.sessionId! };
  };
  await expect(connect('lk_00_00')).rejects.toThrow();
  const { agent, session } = await connect(key);
  const told: Progress[] = [];
  const code = 'import time\nprint("hi", flush=True)\ntime.sleep(1)';
  const ran = await agent.data(
    'run_code',
    { code, language: 'python' },
    { onprogress: (progress) => told.push(progress) },
  );
  expect(ran).toMatchObject({ outcome: 'succeeded', stdout: 'hi\n' });
  expect(told.length).toBeGreaterThan(0);
  const ask = (headers: Record<string, string>, path = url.pathname) =>
    fetch(new URL(path, url), {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', ...headers },
    });
  expect((await ask({ 'mcp-session-id': session })).status).toBe(403);
  expect((await ask({ 'mcp-session-id': 'other', authorization: `Bearer ${key}` })).status).toBe(
    404,
  );
  expect((await ask({})).status).toBe(401);
  expect((await ask({}, '/other')).status).toBe(404);
  const gone = new AbortController();
  const running = agent.call(
    'run_code',
    { code: LOOP, language: 'python' },
    {
      signal: gone.signal,
      onprogress: ({ message }) => message?.includes('cores') && gone.abort(),
    },
  );
  await expect(running).rejects.toThrow();
  const runs = async () => (await agent.data('list_runs', { limit: 1 }))['runs'];
  await expect.poll(runs, { timeout: 30_000 }).toMatchObject([{ outcome: 'cancelled' }]);
  await agent.client.close();
  limber.child.kill('SIGTERM');
  expect((await limber.ended).exitCode).toBe(0);
  const { body } = await server.send<{ executions: { id: string }[] }>('GET', '/v1/executions', {
    key,
  });
  for (const { id } of body.executions)
    expect((await server.send('DELETE', `/v1/executions/${id}`, { key })).status).toBe(204);
  await server.kill('SIGTERM');
});
