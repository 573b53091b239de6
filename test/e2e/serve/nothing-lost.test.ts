import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { test, type Box } from '../box.ts';
import { configured, endAll, Server } from './server.ts';

const MIB = 2 ** 20;
/** Each starts several servers. */
vi.setConfig({ testTimeout: 240_000 });

const LOOP = 'import time\nprint("on", flush=True)\nwhile True: time.sleep(0.02)';

describe('a full disk', () => {
  async function onSmallDisk(box: Box, use: (server: Server) => Promise<void>): Promise<void> {
    mkdirSync(box.home);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', box.home]);
    try {
      const env = configured(box, { serve: { minFreeBytes: '16Mi' } });
      await use(await new Server(box, ['--no-keys'], env).start());
    } finally {
      // A failed test leaves a server that has its store open there.
      spawnSync('umount', ['--lazy', box.home]);
    }
  }
  const ballast = (box: Box) => join(box.home, 'ballast');
  /** Fills the disk up to so much. */
  function fill(box: Box, leftBytes: number): void {
    const df = execFileSync('df', ['--output=avail', '-B1', box.home]).toString();
    const free = Number(df.split('\n')[1]);
    // Without an error where it becomes full before.
    spawnSync('sh', [
      '-c',
      'head -c "$1" /dev/zero > "$0"',
      ballast(box),
      String(free - leftBytes),
    ]);
  }

  test('refuses what is new, and what is there can be read and deleted', async ({ box }) => {
    await onSmallDisk(box, async (server) => {
      const { id } = await server.python('print("kept")');
      fill(box, 8 * MIB);
      const json = { command: ['true'] };
      const refused = await server.send<{ detail: string }>('POST', '/v1/executions', { json });
      expect([refused.status, refused.body.detail]).toEqual([
        507,
        expect.stringContaining('is full'),
      ]);
      expect((await server.fetch('GET', '/readyz')).status).toBe(503);
      expect((await server.fetch('GET', '/healthz')).status).toBe(200);
      expect(await server.output(id)).toBe('kept\n');
      expect((await server.send('DELETE', `/v1/executions/${id}`)).status).toBe(204);
      rmSync(ballast(box));
      expect((await server.fetch('GET', '/readyz')).status).toBe(200);
      expect(await server.python('print(1)')).toMatchObject({ outcome: 'succeeded' });
      await endAll(server);
    });
  });

  test('ends what fills it, with an outcome that says so', async ({ box }) => {
    await onSmallDisk(box, async (server) => {
      // Faster than it is looked at, it would meet the end of the disk by itself.
      const code = `
import time
with open("big", "wb") as file:
  while True: file.write(bytes(1_000_000)); time.sleep(0.02)`;
      expect(await server.python(code)).toMatchObject({ outcome: 'disk-exhausted' });
      await endAll(server);
    });
  });

  test('to the last byte delays an outcome, and loses none, also over a kill', async ({ box }) => {
    await onSmallDisk(box, async (server) => {
      const ids: string[] = [];
      for (let n = 0; n < 2; n++) {
        const { id } = await server.begin({ command: ['sleep', '60'] });
        await server.whenRunning(id);
        ids.push(id);
      }
      fill(box, 0);
      // What is left in pages that are begun is taken as well.
      writeAll(join(box.home, 'rest'));
      // They are ended within seconds, of which the store cannot tell.
      await server.get(ids[0]!, '?waitMs=8000');
      await server.kill('SIGKILL');
      rmSync(join(box.home, 'rest'));
      rmSync(ballast(box));
      await server.start();
      for (const id of ids)
        expect(await server.get(id, '?waitMs=20000')).toMatchObject({
          state: 'ended',
          // Why it was ended died with the server that could not write it down; that it did, not.
          outcome: expect.stringMatching(/^(disk-exhausted|failed)$/),
        });
      await endAll(server);
    });
  });

  function writeAll(path: string): void {
    spawnSync('sh', ['-c', 'cat /dev/zero > "$0"', path]);
  }
});

describe('a damaged store', () => {
  const CASES = [
    ['service.sqlite', 'nonsense'],
    ['service.sqlite', 'a hole'],
    ['store.sqlite', 'a hole'],
  ] as const;

  test.for(CASES)(
    '%s with %s is refused, and how to save it is told',
    async ([name, how], { box }) => {
      const server = await new Server(box, ['--no-keys']).start();
      await server.python('print(1)');
      await server.kill('SIGTERM');
      const path = join(box.home, name);
      for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
      if (how === 'nonsense') writeFileSync(path, 'this is no database, not even a damaged one\n');
      else punch(path);
      const before = readFileSync(path);
      const { exitCode, stderr } = await box.limber(['serve', '--port', '0']);
      expect([exitCode, stderr]).toEqual([74, expect.stringMatching(/move (it|all three) away/)]);
      expect(readFileSync(path)).toEqual(before);
      for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
      await server.start();
      expect(await server.python('print(1)')).toMatchObject({ outcome: 'succeeded' });
      await endAll(server);
    },
  );

  /** Every page but the first is overwritten: the header alone looks well. */
  function punch(path: string): void {
    const { size } = statSync(path);
    const first = readFileSync(path).subarray(0, 4096);
    writeFileSync(path, Buffer.concat([first, Buffer.alloc(size - first.length, 0xa5)]));
    truncateSync(path, size);
  }
});

test('a clock that is set neither shortens nor lengthens anything', async ({ box }) => {
  const offset = join(box.folder, 'offset');
  writeFileSync(offset, '0');
  const hooks = `import { readFileSync } from 'node:fs';
const real = Date.now;
Date.now = () => real() + Number(readFileSync('${offset}', 'utf8'));`;
  const clock = join(box.current, box.write('clock.mjs', hooks));
  const env = {
    ...configured(box, { serve: { keepMs: '1h' } }),
    NODE_OPTIONS: `--import=${clock}`,
  };
  const server = await new Server(box, ['--no-keys'], env).start();
  const set = (hours: number) => writeFileSync(offset, String(hours * 3_600_000));
  const before = await server.python('print("before")');
  const json = { command: ['sleep', '2'], timeoutMs: 60_000 };
  const { body: long } = await server.send('POST', '/v1/executions', { json });
  await server.whenRunning(long.id);
  set(48);
  await server.kill('SIGKILL');
  await server.start();
  set(-48);
  const ended = await server.get(long.id, '?waitMs=20000');
  expect(ended).toMatchObject({ outcome: 'succeeded' });
  const { wallSeconds } = ended.summary as unknown as { readonly wallSeconds: number };
  expect(wallSeconds).toBeGreaterThan(1.9);
  expect(wallSeconds).toBeLessThan(20);
  set(48);
  const after = await server.python('print("after")');
  const events = await server.fetch('GET', `/v1/executions/${after.id}/events?after=0`);
  expect(await events.text()).toContain('"outcome":"succeeded"');
  expect(before.outcome).toBe('succeeded');
  await endAll(server);
});

test('results are kept for the time that was said, and forgotten then', async ({ box }) => {
  const server = await new Server(
    box,
    ['--no-keys'],
    configured(box, { serve: { keepMs: '3s' } }),
  ).start();
  const { id } = await server.python('print(1)');
  expect(await server.output(id)).toBe('1\n');
  const status = async () => (await server.fetch('GET', `/v1/executions/${id}`)).status;
  await expect.poll(status, { timeout: 20_000, interval: 200 }).toBe(404);
  expect(existsSync(join(box.home, 'executions', id))).toBe(false);
  await server.kill('SIGTERM');
});

test('a run whose cgroup is taken away is ended, and says so', async ({ box }) => {
  const server = await new Server(box, ['--no-keys']).start();
  const { id } = await server.begin({ code: LOOP, language: 'python' });
  await server.whenRunning(id);
  takeAway(id);
  const ended = await server.get(id, '?waitMs=20000');
  expect(ended).toMatchObject({ state: 'ended', outcome: 'limits-lost' });
  expect(ended.summary?.notes).toContainEqual(expect.objectContaining({ code: 'limits-lost' }));
  expect(await server.python('print(1)')).toMatchObject({ outcome: 'succeeded' });
  await endAll(server);
});

/** Its processes go to the cgroup above, and its own is removed, in every hierarchy. */
function takeAway(id: string): void {
  const found = execFileSync('find', [
    '/sys/fs/cgroup',
    '-depth',
    '-type',
    'd',
    '-path',
    `*limber*${id}*`,
  ]);
  for (const folder of found.toString().trim().split('\n')) {
    for (const pid of readFileSync(join(folder, 'cgroup.procs'), 'utf8').trim().split('\n'))
      if (pid !== '') writeFileSync(join(folder, '..', 'cgroup.procs'), pid);
    // One that is charged for memory yet stays a while; without the others there are no limits either.
    spawnSync('rmdir', [folder]);
  }
}
