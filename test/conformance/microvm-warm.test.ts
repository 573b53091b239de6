import { readdirSync } from 'node:fs';
import { afterEach, beforeAll, expect } from 'vitest';
import { requires } from '../capabilities.ts';
import { test, type Box } from '../e2e/box.ts';
import { Server } from '../e2e/serve/server.ts';
import { start, STARTS, startWarm, told, warmOf } from '../e2e/serve/warm-starts.ts';
import { buildTestImage, MACHINE_NEEDS } from '../microvm/machines.ts';
import { withImages } from '../microvm/with-images.ts';

const LEFT = '/run/limber/microvm/instances';
const LONG = { timeout: 240_000 };

beforeAll(buildTestImage, 300_000);

const opened: Server[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.kill('SIGTERM');
});

async function open(box: Box): Promise<Server> {
  const args = ['--no-keys', '--runtime', 'microvm'];
  const server = await new Server(box, args, withImages(box)).start();
  opened.push(server);
  return server;
}

test(
  'a program does the same in a machine that waited for it and in one that was made for it',
  LONG,
  async ({ box, skip }) => {
    requires({ skip }, ...MACHINE_NEEDS);
    const server = await open(box);
    const programs = ['facts.py', 'status.py', 'spawned.py'].map(
      (name) => [name, STARTS[name]!] as const,
    );
    for (const [name, source] of programs) {
      const cold = await told(server, await start(server, name, source));
      expect(await told(server, await startWarm(server, name, source)), name).toEqual(cold);
    }
  },
);

test(
  'a machine that waited has nothing of another one: files, processes, random numbers, limits',
  LONG,
  async ({ box, skip }) => {
    requires({ skip }, ...MACHINE_NEEDS);
    const server = await open(box);
    const first = `
import os, random, subprocess
open('/tmp/left', 'w').write('x'); open('left', 'w').write('x'); open('/usr/left', 'w').write('x')
subprocess.Popen(['sleep', '1000'], start_new_session=True)
print(random.random(), os.urandom(8).hex(), hash('x'))`;
    const second = `
import os, random, time
print(random.random(), os.urandom(8).hex(), hash('x'))
print(os.path.exists('/tmp/left'), os.path.exists('left'), os.path.exists('/usr/left'), abs(time.time() - NOW) < 30)
print([p for p in os.listdir('/proc') if p.isdigit() and b'sleep' in open(f'/proc/{p}/cmdline', 'rb').read()])`;
    const drawn = [
      await server.output((await startWarm(server, 'main.py', first)).id),
      ...(
        await server.output(
          (await startWarm(server, 'main.py', second.replace('NOW', String(Date.now() / 1000)))).id,
        )
      ).split(/(?<=\n)/),
    ];
    expect(drawn[0]).toMatch(/^0\.\d+ [0-9a-f]{16} -?\d+\n$/);
    expect(new Set(`${drawn[0]} ${drawn[1]}`.trim().split(/\s+/)).size).toBe(6);
    expect(drawn.slice(2)).toEqual(['False False False True\n', '[]\n']);
  },
);

test('machines that wait go with their server, however that ends', LONG, async ({ box, skip }) => {
  requires({ skip }, ...MACHINE_NEEDS);
  const server = await open(box);
  await startWarm(server, 'main.py', 'pass');
  const ready = async () => (await warmOf(server, 'python'))?.ready;
  await expect.poll(ready, { timeout: 60_000 }).toBeGreaterThan(0);
  expect(readdirSync(LEFT)).not.toEqual([]);
  await server.kill('SIGKILL');
  await server.start();
  await expect.poll(() => readdirSync(LEFT), { timeout: 30_000 }).toEqual([]);
});
