import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { PROGRAMS } from '../touchy-programs.ts';
import { test, type Server, type View } from './server.ts';

type Node = {
  readonly warm: {
    readonly memoryBytes: number;
    readonly languages: readonly {
      readonly language: string;
      readonly ready: number;
      readonly starting: number;
      readonly warmStarts: number;
    }[];
  };
};

const LONG_MS = 240_000;

/** What a start changes beyond doubt: arguments, environment, input, modules, the way to the script. */
const STARTS: Readonly<Record<string, string>> = {
  'facts.py': `
import builtins, json, os, sys
env = {k: v for k, v in os.environ.items() if k != 'LIMBER_EXECUTION'}
print(sys.argv, sys.orig_argv[1:], __name__, __file__, sys.path, list(env.items()))
print(os.getcwd(), os.listdir('.'), os.listdir('/tmp'), os.getuid(), sorted(os.listdir('/proc/self/fd')))
print(sys.flags, sys.stdin.encoding, sys.stdin.isatty(), sys.stdin.seekable(), sys.stdout.line_buffering)
print(sorted(sys.modules), sorted(vars(builtins)), sorted(globals()), os.environb[b'GIVEN'])
print(os.popen('echo $GIVEN $LIMBER_WARM; env | sed s/LIMBER_EXECUTION=.*// | sort').read(), os.path.isfile('/run/limber/claim'))
print(sys.stdin.readline(), sys.stdin.read(), 'end')`,
  'facts.cjs': `
const { LIMBER_EXECUTION, ...env } = process.env;
console.log(process.argv, process.execArgv, __filename, require.main === module, module.paths, env);
console.log(process.cwd(), require('fs').readdirSync('/proc/self/fd').length > 0, process.stdin.isTTY, Object.keys(globalThis));
console.log(require('child_process').execSync('echo $GIVEN $LIMBER_WARM').toString(), require('fs').readFileSync(0, 'utf8'));
const begun = Date.now(); setTimeout(() => console.log(Date.now() - begun >= 99, Date.now() - begun < 5000), 100);`,
  'facts.mjs': `
import { readFileSync } from 'node:fs'; import { argv, env } from 'node:process';
console.log(import.meta.url, import.meta.dirname, argv.slice(1), env.GIVEN, readFileSync('/dev/stdin', 'utf8'));`,
  'package.js': `console.log(typeof module, typeof require, process.argv.slice(2));`,
  'signal.py': `import os, signal; os.kill(os.getpid(), signal.SIGKILL)`,
  'status.py': `import sys; sys.exit('told')`,
  'syntax.py': `print('before'`,
  'spawned.py': `
import multiprocessing as m, sys
def where(n): return (n, sys.argv, __name__)
if __name__ == '__main__':
    m.set_start_method('spawn')
    with m.Pool(1) as pool: print(pool.map(where, [1, 2]))`,
};

async function start(server: Server, name: string, source: string): Promise<View> {
  const json = {
    entry: name,
    args: ['-x', '', 'two words', 'ü'],
    env: { GIVEN: "it's\nmine", EMPTY: '' },
    stdin: 'first\nsecond',
    files: [
      { path: name, text: `${source}\n` },
      { path: 'data/more.txt', text: 'more' },
    ],
  };
  return (await server.send('POST', '/v1/executions?waitMs=60000', { json })).body;
}

async function told(server: Server, { id, outcome, exitCode }: View) {
  const stderr = await server.output(id, 'stderr');
  return {
    outcome,
    exitCode,
    stdout: await server.output(id),
    stderr: stderr.replaceAll(/0x[0-9a-f]+|\(node:\d+\)| +at .*\(node:internal.*\n/g, ''),
  };
}

async function warmOf(server: Server, language: string) {
  const { body } = await server.send<Node>('GET', '/v1/node');
  return body.warm.languages.find((each) => each.language === language);
}

const LANGUAGES: Readonly<Record<string, string>> = { py: 'python', ts: 'typescript' };

/** The same program until it was started warm; the first time it cannot have been. */
async function startWarm(server: Server, name: string, source: string): Promise<View> {
  const language = LANGUAGES[name.split('.').at(-1)!] ?? 'javascript';
  for (let time = 0; time < 50; time++) {
    const before = (await warmOf(server, language))?.warmStarts ?? 0;
    const ended = await start(server, name, source);
    if ((await warmOf(server, language))!.warmStarts > before) return ended;
    await sleep(200);
  }
  throw new Error(`${name} was never started warm`);
}

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
