import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import {
  endAll,
  readEvents,
  Server,
  test as inServer,
  type StreamEvent,
  type View,
} from './server.ts';
import { test as inBox } from '../box.ts';

/** More for the whole of it: LIMBER_CRASHES=50. */
const CRASHES = Number(process.env['LIMBER_CRASHES'] ?? 8);
const EACH_ROUND = 3;
const LINES = 40;

/** Numbered lines over about a second, growing meanwhile, and an exit code of its own. */
const program = (code: number) => `
import sys, time
kept = []
for n in range(${LINES}):
    print(n, flush=True)
    print('e', n, file=sys.stderr, flush=True)
    kept.append(bytearray(400_000))
    time.sleep(0.02)
sys.exit(${code})`;

const expected = Array.from({ length: LINES }, (_, n) => `${n}\n`).join('');
const expectedErrors = Array.from({ length: LINES }, (_, n) => `e ${n}\n`).join('');

inBox(
  'a server that is killed at any moment loses nothing, and tells nothing twice',
  { timeout: 600_000 },
  async ({ box }) => {
    const server = await new Server(box, ['--no-keys']).start();
    const accepted: { readonly id: string; readonly code: number }[] = [];
    const begun = performance.now();
    await server.python('pass');
    // From submitting to running, on the machine as busy as it is.
    const windowMs = Math.max(700, performance.now() - begun);
    for (let crash = 0; crash < CRASHES; crash++) {
      const submitting = Array.from({ length: EACH_ROUND }, (_, n) => (crash + n) % 5);
      const killing = sleep(Math.random() * windowMs).then(() => server.kill('SIGKILL'));
      const answers = await Promise.allSettled(
        submitting.map((code) =>
          server.fetch('POST', '/v1/executions', {
            json: { code: program(code), language: 'python', labels: { code: String(code) } },
          }),
        ),
      );
      for (const [n, answer] of answers.entries()) {
        if (answer.status !== 'fulfilled' || answer.value.status !== 201) continue;
        const view = (await answer.value.json().catch(() => undefined)) as View | undefined;
        if (view) accepted.push({ id: view.id, code: submitting[n]! });
      }
      await killing;
      await server.start();
    }
    expect(accepted.length).toBeGreaterThan(0);
    for (const { id, code } of accepted) {
      const view = await server.get(id, '?waitMs=60000');
      const outcome = code === 0 ? 'succeeded' : 'failed';
      expect(view).toMatchObject({ id, state: 'ended', outcome, exitCode: code });
      expect(await server.output(id)).toBe(expected);
      expect(await server.output(id, 'stderr')).toBe(expectedErrors);
      checkEvents(await readEvents(await server.fetch('GET', `/v1/executions/${id}/events`)));
    }
    await endAll(server);
    expect(readdirSync(`${box.home}/executions`)).toEqual([]);
  },
);

/** Each output byte told once, in order; one end, and it is the last. */
function checkEvents(events: readonly StreamEvent[]): void {
  for (const [stream, text] of [
    ['stdout', expected],
    ['stderr', expectedErrors],
  ] as const) {
    const told = events.filter(({ kind, data }) => kind === 'output' && data['stream'] === stream);
    let atByte = 0;
    for (const { data } of told) {
      expect(data['fromByte']).toBe(atByte);
      atByte = data['toByte'] as number;
    }
    expect(told.map(({ data }) => data['text']).join('')).toBe(text);
  }
  const ends = events.filter(({ kind, data }) => kind === 'state' && data['state'] === 'ended');
  expect(ends).toEqual([events.at(-1)]);
}

inServer('what runs is adopted within a second, and can be steered on', async ({ server }) => {
  const code = 'import time\nwhile True: print("x", flush=True); time.sleep(0.05)';
  const { id } = await server.begin({ code, language: 'python' });
  await server.whenRunning(id);
  const following = server.fetch('GET', `/v1/executions/${id}/events`);
  const before = await readEvents(await following, (events) => events.length > 5);
  await server.kill('SIGKILL');
  await server.start();
  const view = await server.get(id);
  expect(view).toMatchObject({ state: 'running', allocation: expect.anything() });
  const headers = { 'last-event-id': String(before.at(-1)!.sequence) };
  await server.send('POST', `/v1/executions/${id}/cancel`);
  const after = await readEvents(
    await server.fetch('GET', `/v1/executions/${id}/events`, { headers }),
  );
  expect(after.some(({ data }) => data['adopted'] === true)).toBe(true);
  expect(after.at(-1)?.data).toMatchObject({ outcome: 'cancelled' });
});

inServer(
  'asked to end, it leaves what runs and goes without a word of trouble',
  async ({ server }) => {
    const { id } = await server.begin({
      code: 'import time\nwhile True: sum(range(50_000)); time.sleep(0.01)',
      language: 'python',
    });
    await server.whenRunning(id);
    server.limber.child.kill('SIGTERM');
    const { exitCode, stderr } = await server.limber.ended;
    expect([exitCode, stderr]).toEqual([0, expect.not.stringMatching(/EBADF|at .*\.ts:/)]);
    await server.start();
    expect(await server.get(id)).toMatchObject({ state: 'running' });
  },
);

inServer('what no server will take over again is ended by hand', async ({ box }) => {
  const server = await new Server(box, ['--no-keys']).start();
  const command = ['sh', '-c', 'while :; do sleep 0.1; done'];
  const { id } = await server.begin({ command });
  await server.whenRunning(id);
  await server.kill('SIGKILL');
  const gc = async (...more: readonly string[]) =>
    JSON.parse((await box.limber(['gc', '--json', ...more])).stdout.toString()) as { id: string }[];
  expect((await gc('--dry-run')).map((one) => one.id)).not.toContain(id);
  const orphan = expect.objectContaining({ id, orphan: true });
  expect(await gc('--orphans', '--dry-run')).toContainEqual(orphan);
  expect(await gc('--orphans')).toContainEqual(orphan);
  expect(await gc('--orphans', '--dry-run')).not.toContainEqual(orphan);
  await server.start();
  expect(await server.get(id)).toMatchObject({ state: 'ended', outcome: 'lost' });
  await endAll(server);
});

inServer('drained, it takes nothing more and ends with what runs', async ({ box }) => {
  const server = await new Server(box, ['--no-keys', '--drain', '--port', '0'], {
    LIMBER_HOME: `${box.folder}/second-home`,
  }).start();
  const command = ['sh', '-c', 'read line; echo done'];
  const { id } = await server.begin({ command, stdin: { open: true } });
  await server.whenRunning(id);
  server.limber.child.kill('SIGTERM');
  await expect.poll(async () => (await server.fetch('GET', '/readyz')).status).toBe(503);
  const refused = await server.fetch('POST', '/v1/executions', { json: { command: ['true'] } });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
  await server.send('POST', `/v1/executions/${id}/stdin`, { bytes: '\n' });
  expect((await server.limber.ended).exitCode).toBe(0);
  await server.start();
  expect(await server.get(id)).toMatchObject({ state: 'ended', outcome: 'succeeded' });
  expect(await server.output(id)).toBe('done\n');
  await endAll(server);
});
