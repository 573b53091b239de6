import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { RunSummary } from '#model/summary.ts';
import { test as inBox } from '../box.ts';
import { until } from '../limber.ts';
import { Server, testsInOneServer } from './server.ts';

type Remote = (
  args: readonly string[],
  stdin?: string,
) => Promise<{
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}>;

const test = testsInOneServer().extend<{ remote: Remote }>({
  remote: async ({ server, box }, use) =>
    use(async (args, stdin) => {
      const options = stdin === undefined ? {} : { stdin };
      const ended = await box.limber(['--server', server.url, ...args], options);
      return { ...ended, stdout: ended.stdout.toString() };
    }),
});
const LOOP = 'import time\nprint("on", flush=True)\nwhile True: time.sleep(0.05)';

describe('limber --server run', () => {
  test('has the streams, the exit code, the arguments and the report of a run here', async ({
    server,
    box,
  }) => {
    box.write(
      'job.py',
      `
import os, sys, time
print(sys.argv[1:], os.environ['WORD'], flush=True)
print(repr(sys.stdin.buffer.read()))
print('oops', file=sys.stderr)
sys.stdout.flush()
sys.stdout.buffer.write(bytes([0, 255]))
time.sleep(0.3)
sys.exit(7)`,
    );
    const summary = join(box.folder, 'summary.json');
    const args = [
      'run',
      'job.py',
      'a',
      '--env',
      'WORD=w',
      '--max-memory',
      '300Mi',
      '--summary',
      summary,
    ];
    const ran = await box.limber(['--server', server.url, ...args, '--', '-b'], {
      stdin: 'typed\n',
    });
    expect(ran.exitCode).toBe(7);
    expect(ran.stdout).toEqual(
      Buffer.concat([Buffer.from(`['a', '-b'] w\nb'typed\\n'\n`), Buffer.from([0, 255])]),
    );
    expect(ran.stderr).toContain('oops\n');
    expect(ran.stderr).toMatch(/limber +failed after [\d.]+ s · exit code 7/);
    const written = JSON.parse(readFileSync(summary, 'utf8')) as RunSummary;
    expect(written).toMatchObject({ outcome: 'failed', exitCode: 7, language: 'python' });
  });

  test('a dry run shows what the server would make of it', async ({ server, remote, box }) => {
    box.write('job.py', 'open("made", "w")');
    const { exitCode, stdout } = await remote([
      'run',
      '--dry-run',
      '--max-memory',
      '300Mi',
      'job.py',
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/would run +job\.py\n/);
    expect(stdout).toMatch(/there +it would start at once\n/);
    expect(stdout).toMatch(/code +python, complexity/);
    expect(stdout).toMatch(/bounds .*to 300Mi/);
    const { body } = await server.send<{ executions: [] }>('GET', '/v1/executions');
    expect(body.executions).toEqual([]);
  });

  test('output comes while it runs, and Ctrl-C cancels it', async ({ server, box }) => {
    box.write('loop.py', LOOP);
    const limber = box.start(['--server', server.url, 'run', '--json', 'loop.py']);
    await limber.prints('on\n');
    limber.child.kill('SIGINT');
    const { exitCode, stderr } = await limber.ended;
    const summary = JSON.parse(stderr) as RunSummary;
    expect([summary.outcome, exitCode]).toEqual(['cancelled', summary.exitCode]);
    expect(exitCode).not.toBe(0);
  });

  test('a command, with a pipe that nobody reads to its end', async ({ remote }) => {
    const ran = await remote(['run', '--quiet', '--', 'head', '-c', '3'], 'x'.repeat(1_000_000));
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'xxx', stderr: '' });
    const failed = await remote(['run', '--', 'no-such-command']);
    expect([failed.exitCode, failed.stderr]).toEqual([
      127,
      expect.stringContaining('no-such-command'),
    ]);
  });

  test('refuses what means this machine', async ({ remote, box }) => {
    box.write('job.py', 'pass');
    for (const option of [['--write'], ['--mount', '/tmp:/x'], ['--budget-cpu', '5']]) {
      const { exitCode, stderr } = await remote(['run', ...option, 'job.py']);
      expect([exitCode, stderr]).toEqual([64, expect.stringContaining('about this machine')]);
    }
    expect((await remote(['doctor'])).exitCode).toBe(64);
    expect((await remote(['run', 'missing.py'])).exitCode).toBe(66);
  });
});

test('what runs there is listed, shown, explained, steered and stopped', async ({
  remote,
  server,
}) => {
  const { id } = await server.begin({
    code: `print("${'y'.repeat(5)}", flush=True)\n${LOOP}`,
    language: 'python',
  });
  await server.whenRunning(id);
  expect((await remote(['ps'])).stdout).toMatch(new RegExp(`${id}.*running.*\\(python code\\)`));
  expect((await remote(['ps', '--quiet'])).stdout).toBe(`${id}\n`);
  expect((await remote(['resize', 'last', '--memory', '200Mi'])).stdout).toContain(id);
  expect((await server.get(id)).allocation?.memoryBytes).toBe(200 * 2 ** 20);
  expect((await remote(['unlock', id.slice(0, 11)])).exitCode).toBe(0);
  expect((await remote(['lock', id])).exitCode).toBe(0);
  expect((await remote(['set', id, 'optimize=speed'])).exitCode).toBe(0);
  expect((await remote(['set', id, 'optimize=nonsense'])).exitCode).toBe(64);
  expect((await remote(['show', id])).stdout).toMatch(/outcome +running/);
  expect((await remote(['explain', id])).stdout).toContain('It began with');
  expect((await remote(['stop', id])).stdout).toContain('asked to end');
  await server.get(id, '?waitMs=20000');
  expect((await remote(['logs', 'last', '--stdout'])).stdout).toContain('yyyyy\non\n');
  expect((await remote(['show', id])).stdout).toMatch(/outcome +cancelled/);
  expect((await remote(['explain', id])).stdout).toMatch(/memory (grew|went|shrank).*200Mi/);
  expect((await remote(['stop', id])).exitCode).not.toBe(0);
  expect((await remote(['show', 'zzzzzzzzzzzz'])).exitCode).toBe(66);
});

inBox(
  'the address and the key come from the environment; who is not let in is told why',
  async ({ box }) => {
    const server = await new Server(box, []).start();
    const made = await box.limber(['key', 'create', '--scopes', 'run,read']);
    const key = made.stdout.toString().trim();
    const as = (env: Record<string, string>, args: readonly string[]) =>
      box.limber(args, { env: { LIMBER_SERVER: server.url, ...env } });
    const ran = await as({ LIMBER_API_KEY: key }, ['run', '--quiet', '--', 'echo', 'there']);
    expect([ran.exitCode, ran.stdout.toString()]).toEqual([0, 'there\n']);
    const without = await as({}, ['run', '--', 'true']);
    expect([without.exitCode, without.stderr]).toEqual([
      77,
      expect.stringContaining('LIMBER_API_KEY'),
    ]);
    const steering = await as({ LIMBER_API_KEY: key }, ['ps', '--quiet']);
    expect(steering.stdout.toString()).toBe('');
    expect((await as({}, ['doctor'])).stdout.toString()).toContain('cgroup');
    await server.kill('SIGTERM');
    const gone = await as({ LIMBER_API_KEY: key }, ['ps']);
    expect([gone.exitCode, gone.stderr]).toEqual([69, expect.stringContaining('Cannot reach')]);
    const wrong = await as({ LIMBER_SERVER: 'box:7411' }, ['ps']);
    expect([wrong.exitCode, wrong.stderr]).toEqual([64, expect.stringContaining('no address')]);
  },
);

inBox('a server of another version is not asked to run anything', async ({ box }) => {
  const asked: string[] = [];
  const other = createServer((request, response) => {
    asked.push(request.url!);
    response.setHeader('content-type', 'application/json').end('{"status":"ok","version":"9.0.0"}');
  }).listen(0, '127.0.0.1');
  await until(() => other.listening);
  const { port } = other.address() as { port: number };
  const ran = await box.limber(['--server', `http://127.0.0.1:${port}`, 'run', '--', 'true']);
  expect([ran.exitCode, ran.stderr]).toEqual([69, expect.stringContaining('9.0.0')]);
  expect(asked).toEqual(['/healthz']);
  other.close();
});

inBox('limber stop ends a run here', async ({ box }) => {
  box.write('loop.py', LOOP);
  const limber = box.start(['run', '--json', 'loop.py']);
  await limber.prints('on\n');
  const stopped = await box.limber(['stop', 'last']);
  expect([stopped.exitCode, stopped.stdout.toString()]).toEqual([
    0,
    expect.stringContaining('asked to end'),
  ]);
  expect(JSON.parse((await limber.ended).stderr)).toMatchObject({ outcome: 'cancelled' });
});
