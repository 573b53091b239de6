import { describe, expect } from 'vitest';
import { LimberClient, LimberProblem, LimberUnreachable } from '#client/index.ts';
import { test as inBox } from '../box.ts';
import { breakingWay } from './breaking-way.ts';
import { configured, endAll, Server, testsInOneServer } from './server.ts';

const test = testsInOneServer().extend<{ client: LimberClient }>({
  client: async ({ server }, use) => use(new LimberClient({ url: server.url })),
});
const PATIENT = { timeout: 30_000 };
const LOOP =
  'import time\nn = 0\nwhile True:\n  n += 1\n  print(n, flush=True)\n  time.sleep(0.05)';

describe('running', () => {
  test('a program to its end', async ({ client }) => {
    const kinds: string[] = [];
    const { execution, stdout, stderr } = await client.run(
      {
        // Long enough to be measured, also where its interpreter waited for it.
        code: 'import sys, time; print("é"); print("e", file=sys.stderr); time.sleep(0.5); sys.exit(4)',
        language: 'python',
      },
      { onEvent: ({ kind }) => kinds.push(kind) },
    );
    expect([stdout, stderr]).toEqual(['é\n', 'e\n']);
    expect(execution).toMatchObject({ state: 'ended', outcome: 'failed', exitCode: 4 });
    expect(execution.summary?.execution).toBe(execution.id);
    expect(kinds).toEqual(expect.arrayContaining(['state', 'output', 'sample']));
  });

  test('an aborted one is cancelled', async ({ client }) => {
    const gone = new AbortController();
    const running = client.run(
      { code: LOOP, language: 'python' },
      {
        signal: gone.signal,
        onEvent: ({ kind }) => kind === 'output' && gone.abort(new Error('enough')),
      },
    );
    await expect(running).rejects.toThrow('enough');
    const [newest] = (await client.executions.page()).executions;
    expect(await client.executions.wait(newest!.id)).toMatchObject({ outcome: 'cancelled' });
  });

  test('the same idempotency key is one execution', async ({ client }) => {
    const create = () =>
      client.executions.create({ command: ['true'] }, { idempotencyKey: 'k', waitMs: 30_000 });
    const [first, second] = [await create(), await create()];
    expect(second.id).toBe(first.id);
  });

  test('input, files, scaling and what is known of it', async ({ client }) => {
    const code =
      'import sys\nprint(open("a b.txt").read(), sys.stdin.read())\nopen("o", "w").write("out")';
    const { id } = await client.executions.create({
      files: [{ path: 'm.py', text: `input()\n${code}` }],
      entry: 'm.py',
      stdin: { open: true },
      labels: { job: 'x' },
    });
    await expect.poll(async () => (await client.executions.get(id)).state, PATIENT).toBe('running');
    await client.executions.writeFile(id, 'a b.txt', 'given');
    const dry = await client.executions.resize(id, { cpuCores: 0.5 }, { dryRun: true });
    expect(dry).toMatchObject({ dryRun: true, desired: { cpuCores: 0.5 } });
    expect(await client.executions.resize(id, { cpuCores: 0.5 })).toMatchObject({
      accepted: { cpuCores: 0.5 },
    });
    expect((await client.executions.changeScaling(id, { mode: 'auto' })).accepted).toBe(true);
    expect(
      (await client.executions.changeScalingOf({ job: 'x' }, { priority: 9 })).results,
    ).toHaveLength(1);
    expect(
      (await client.executions.hint(id, { memoryBytes: 1e8 }, { dryRun: true })).accepted,
    ).toBe(true);
    await client.executions.sendInput(id, 'go\n');
    await client.executions.sendInput(id, new Blob(['typed']).stream());
    await client.executions.closeInput(id);
    expect(await client.executions.wait(id)).toMatchObject({ outcome: 'succeeded' });
    expect(await client.executions.text(id, 'stdout')).toBe('given typed\n');
    expect((await client.executions.files(id)).map(({ path }) => path)).toContain('o');
    expect(new TextDecoder().decode(await client.executions.readFile(id, 'o'))).toBe('out');
    expect(await all(client.executions.list({ labels: { job: 'x' }, limit: 1 }))).toHaveLength(1);
    const { id: archive } = await client.archives.put(await client.executions.archive(id));
    const unpacked = await client.run({ archive: { id: archive }, command: ['cat', 'o'] });
    expect(unpacked.stdout).toBe('out');
    await client.archives.delete(archive);
    await client.executions.delete(id);
    await expect(client.executions.get(id)).rejects.toMatchObject({
      name: 'LimberProblem',
      status: 404,
      code: 'execution-unknown',
    });
  });
});

test('policies, defaults, keys, analysis and the node', async ({ server, client }) => {
  expect((await client.policies.put('mine', { policy: 'static' }, { ifVersion: 0 })).version).toBe(
    1,
  );
  await expect(client.policies.put('mine', { policy: 'static' }, { ifVersion: 0 })).rejects.toThrow(
    LimberProblem,
  );
  expect((await client.policies.get('mine')).policy).toBe('static');
  expect(await client.policies.list()).toHaveLength(1);
  await client.policies.delete('mine');
  expect((await client.defaults.put({ priority: 4 })).scaling.priority).toBe(4);
  expect((await client.node.defaults.get()).version).toBe(0);
  const webhook = await client.webhooks.create({ url: 'https://hooks.example.com/limber' });
  expect(webhook.secret).toBeTruthy();
  await client.webhooks.change(webhook.id, { enabled: false });
  expect((await client.webhooks.get(webhook.id)).enabled).toBe(false);
  expect(await client.webhooks.list()).toHaveLength(1);
  expect(await client.webhooks.deliveries(webhook.id)).toEqual([]);
  expect(await client.webhooks.redeliver(webhook.id)).toBe(0);
  await client.webhooks.delete(webhook.id);
  const key = await client.keys.create({ tenant: 'us', scopes: ['read'] });
  expect((await client.keys.list()).map(({ id }) => id)).toContain(key.id);
  await client.keys.revoke(key.id);
  expect((await client.analyze({ code: 'for a in b: pass', language: 'python' })).language).toBe(
    'python',
  );
  expect((await client.node.get()).capacity.cpuCores).toBeGreaterThan(0);
  const { pid } = server.limber.child;
  const held = (await client.node.ledger()).filter(({ controllerPid }) => controllerPid === pid);
  // What waits for executions that may come is held for nobody yet.
  expect(held.filter(({ execution }) => !execution.startsWith('warm-'))).toEqual([]);
  expect((await client.node.history()).intervalMs).toBe(1000);
  expect(await client.node.metrics()).toContain('limber_executions');
  await client.node.health();
  expect(await client.node.isReady()).toBe(true);
});

describe('streams', () => {
  test('events and output go on where a broken connection left them', async ({ server }) => {
    using way = await breakingWay(server.url, 2_000);
    const client = new LimberClient({ url: way.url });
    const code =
      'import time\nfor n in range(60):\n  print(n, "x" * 50, flush=True)\n  time.sleep(0.03)';
    const { id } = await client.executions.create({ code, language: 'python' });
    const output = all(client.executions.output(id, 'stdout', { follow: true }));
    const events = await all(client.executions.events(id));
    expect(way.breaks()).toBeGreaterThan(2);
    const sequences = events.map(({ sequence }) => sequence);
    const whole = await all(new LimberClient({ url: server.url }).executions.events(id));
    expect(sequences).toEqual(whole.map(({ sequence }) => sequence));
    const expected = Array.from({ length: 60 }, (_, n) => `${n} ${'x'.repeat(50)}\n`).join('');
    expect(Buffer.concat(await output).toString()).toBe(expected);
    const told = events.flatMap((event) => (event.kind === 'output' ? [event.data.text] : []));
    expect(told.join('')).toBe(expected);
  });

  test('outlive the server', async ({ server, client }) => {
    const { id } = await client.executions.create({ code: LOOP, language: 'python' });
    const before: number[] = [];
    for await (const { sequence } of client.executions.events(id)) {
      before.push(sequence);
      if (before.length > 5) break;
    }
    await server.kill('SIGKILL');
    await server.start();
    const next = new LimberClient({ url: server.url });
    await next.executions.cancel(id);
    const after = await all(next.executions.events(id, { after: before.at(-1) }));
    expect(after.at(-1)).toMatchObject({ kind: 'state', data: { outcome: 'cancelled' } });
    expect(after[0]!.sequence).toBeGreaterThan(before.at(-1)!);
    expect(await all(next.executions.events(id, { kinds: ['resize'] }))).toEqual([]);
  });

  test('of the tenant, until nobody wants them', async ({ client }) => {
    const gone = new AbortController();
    const told: string[] = [];
    const following = (async () => {
      for await (const { execution } of client.events({ kinds: ['state'], signal: gone.signal }))
        told.push(execution);
    })();
    await expect
      .poll(async () => {
        await client.run({ command: ['true'] });
        return told.length;
      }, PATIENT)
      .toBeGreaterThan(0);
    gone.abort(new Error('seen'));
    await expect(following).rejects.toThrow('seen');
  });
});

inBox('whoever is refused for now comes again when told to', async ({ box }) => {
  const env = configured(box, { serve: { maxRunning: 1, maxQueued: 1 } });
  const server = await new Server(box, ['--no-keys'], env).start();
  const client = new LimberClient({ url: server.url, retries: 60 });
  const first = await client.executions.create({ command: ['sleep', '60'] });
  await server.whenRunning(first.id);
  await client.executions.create({ command: ['true'] });
  const impatient = new LimberClient({ url: server.url, retries: 0 });
  await expect(impatient.executions.create({ command: ['true'] })).rejects.toMatchObject({
    status: 429,
    code: 'overloaded',
    retryAfterSeconds: 1,
  });
  const running = client.run({ command: ['true'] });
  await client.executions.cancel(first.id);
  expect((await running).execution.outcome).toBe('succeeded');
  await endAll(server);
  await expect(impatient.node.health()).rejects.toThrow(LimberUnreachable);
});

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}
