import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { PROGRAMS } from '../touchy-programs.ts';
import { test } from './server.ts';
import { start, STARTS, startWarm, told, warmOf, type Node } from './warm-starts.ts';

const LONG_MS = 240_000;

const ALL = Object.entries({ ...STARTS, ...PROGRAMS }).filter(([name]) => !name.endsWith('.sh'));

describe('a program that is started warm', () => {
  test.for(['py', 'js'])(
    'does what it does when it is started cold: %s',
    { timeout: LONG_MS },
    async (kind, { server }) => {
      const programs = ALL.filter(([name]) => name.endsWith('.py') === (kind === 'py'));
      for (const [name, source] of programs) {
        const cold = await told(server, await start(server, name, source));
        expect(await told(server, await startWarm(server, name, source)), name).toEqual(cold);
      }
    },
  );

  test('finds nothing of the one before it, nor of another tenant', async ({ server, box }) => {
    const leave = `
import os, socket, subprocess, sys
open('left', 'w').write('x'); open('/tmp/left', 'w').write('x'); open('/dev/shm/left', 'w').write('x')
subprocess.Popen(['sleep', '1000'], start_new_session=True)
held = socket.socket(socket.AF_UNIX); held.bind('/tmp/socket'); held.listen()
port = socket.socket(); port.bind(('127.0.0.1', 4321)); port.listen()
os.environ['LEFT'] = 'x'`;
    const look = `
import glob, os, socket
print(os.listdir('.'), os.listdir('/tmp'), os.listdir('/dev/shm'), 'LEFT' in os.environ, 'SECRET' in os.environ)
print(len(glob.glob('/proc/[0-9]*')), open('/proc/self/environ').read().count('very-secret'))
print(socket.socket().connect_ex(('127.0.0.1', 4321)) != 0, sorted(os.listdir('/run/limber')))`;
    const secret = { env: { SECRET: 'very-secret' } };
    await startWarm(server, 'main.py', 'pass');
    for (let round = 0; round < 3; round++) {
      await server.python(leave, secret);
      const { id } = await server.python(look);
      expect(await server.output(id)).toBe(
        `['main.py'] [] [] False False\n2 0\nTrue ['allocation.json', 'hints', 'plan.json', 'probe', 'probes']\n`,
      );
    }
    expect(readdirSync(join(box.home, 'work')).every((name) => name.startsWith('w'))).toBe(true);
  });

  test('has the limits that were asked for, and its own cgroup', async ({ server }) => {
    await startWarm(server, 'main.py', 'pass');
    const code = `
import resource, time
data = []
while True: data.append(bytearray(2**20))`;
    const max = { memoryBytes: 96 * 2 ** 20 };
    const ended = await server.python(code, { scaling: { max } });
    expect(ended.outcome).toBe('memory-exhausted');
    const forks = await server.python(
      `
import os
made = 0
try:
    while made < 100:
        if os.fork() == 0: os.read(0, 1); import time; time.sleep(100)
        made += 1
except OSError: print('refused', made < 40)`,
      { maxProcesses: 20 },
    );
    expect(await server.output(forks.id)).toBe('refused True\n');
  });
});

describe('the pool', () => {
  test('is empty until a language is used, is in the books, and gives way', async ({ server }) => {
    const node = async () => (await server.send<Node>('GET', '/v1/node')).body.warm;
    expect(await node()).toEqual({ memoryBytes: 0, languages: [] });
    await startWarm(server, 'main.py', 'pass');
    await expect
      .poll(async () => (await warmOf(server, 'python'))?.ready, { timeout: 20_000 })
      .toBeGreaterThan(0);
    const { memoryBytes } = await node();
    expect(memoryBytes).toBeGreaterThan(2 ** 20);
    type Ledger = { reservations: { execution: string; allocation: { memoryBytes: number } }[] };
    const { body } = await server.send<Ledger>('GET', '/v1/node/ledger');
    const held = body.reservations.find(({ execution }) => execution.startsWith('warm-'));
    expect(held?.allocation.memoryBytes).toBeGreaterThanOrEqual(memoryBytes);
    const metrics = await (await server.fetch('GET', '/metrics')).text();
    expect(metrics).toMatch(/limber_warm_instances\{language="python",state="ready"\} [1-9]/);
  });

  test('dies with its server, however that ends', async ({ server }) => {
    await startWarm(server, 'main.py', 'pass');
    await expect
      .poll(async () => (await warmOf(server, 'python'))?.ready, { timeout: 20_000 })
      .toBeGreaterThan(0);
    const pid = server.limber.child.pid!;
    const folder = '/run/limber/instances';
    const ofServer = () =>
      readdirSync(folder).filter((name) => controllerOf(join(folder, name)) === pid);
    const shims = ofServer().map((name) => shimOf(join(folder, name)));
    expect(shims.filter((shim) => shim !== undefined)).not.toEqual([]);
    await server.kill('SIGKILL');
    // The interpreter reads the end of the pipe that nobody holds any more.
    await expect.poll(() => shims.filter((shim) => shim && isRunning(shim))).toEqual([]);
    await server.start();
    expect(ofServer()).toEqual([]);
  });
});

/** Others on the machine come and go meanwhile. */
function controllerOf(stateFolder: string): number | undefined {
  try {
    const text = readFileSync(join(stateFolder, 'instance.json'), 'utf8');
    return (JSON.parse(text) as { controller: { pid: number } }).controller.pid;
  } catch {
    return undefined;
  }
}

/** One that is being made has none yet; one that has failed has none any more. */
function shimOf(stateFolder: string): number | undefined {
  try {
    return Number(readFileSync(join(stateFolder, 'shim-pid'), 'utf8'));
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
