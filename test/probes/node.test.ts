import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { looksOf, probedPrograms } from './probed.ts';

const NODE = process.execPath;
const SPIN = `const spin = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };`;
const WASM = `
const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11);
const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;`;

/** On a machine that is busy with more than the tests. */
vi.setConfig({ testTimeout: 60_000 });

const programs = probedPrograms();
const stackOf = ({ stack }: ReturnType<typeof looksOf>[number]) =>
  stack.map(({ file, function: name }) => `${file}:${name}`);

test('how late the event loop is, while it stands still and after', async () => {
  const source = `${SPIN} setTimeout(() => { spin(1500); setTimeout(() => {}, 2500); }, 300);`;
  const { messages } = await programs.probed([NODE, programs.write('late.cjs', source)]);
  const delays = looksOf(messages).map(({ state, runtime }) => [state, runtime.loopDelayMs ?? -1]);
  expect(delays.some(([state, ms]) => state === 'running' && Number(ms) > 200)).toBe(true);
  // A turn that was late is told once; then the loop turns in time again.
  expect(delays.at(-1)![1]).toBeLessThan(500);
});

test('code in worker threads, and how many there are', async () => {
  const source = `
const { Worker, isMainThread } = require('node:worker_threads'); ${SPIN}
if (isMainThread) {
  new Worker(__filename, { env: {}, execArgv: [] });
} else if (require('node:worker_threads').threadId > 2) {
  setTimeout(() => {}, 6000);
} else {
  new Worker(__filename);
  const grind = () => spin(5000);
  grind();
}`;
  const { messages, code } = await programs.probed([NODE, programs.write('inner.cjs', source)]);
  expect(code).toBe(0);
  const inWorker = looksOf(messages).filter((look) => stackOf(look).includes('inner.cjs:grind'));
  expect(inWorker.map(({ state }) => state)).toContain('running');
  const most = (name: 'heapBytes' | 'threads') =>
    Math.max(...inWorker.map(({ runtime }) => runtime[name] ?? 0));
  expect(most('threads')).toBe(3);
  // Three heaps: the main thread's and those of both workers.
  expect(most('heapBytes')).toBeGreaterThan(8e6);
});

test('calls of the main thread and of workers', async () => {
  const source = `
const { Worker, isMainThread, workerData } = require('node:worker_threads');
const ask = async (port) => (await fetch('http://127.0.0.1:' + port)).text();
if (isMainThread) {
  const server = require('node:http').createServer((_, answer) => setTimeout(() => answer.setHeader('content-length', 4000).end('x'.repeat(4000)), 400));
  server.listen(0, '127.0.0.1', async () => {
    const { port } = server.address();
    new Worker(__filename, { workerData: port }).on('exit', () => server.close());
    await ask(port);
  });
} else void ask(workerData);`;
  const { messages, stderr } = await programs.probed([NODE, programs.write('ask.cjs', source)]);
  expect(stderr).toBe('');
  const ended = messages.filter((message) => message.kind === 'call' && message.call.seconds);
  const calls = ended.map((message) => (message.kind === 'call' ? message.call : undefined));
  const http = calls.filter((call) => call?.kind === 'http');
  expect(http.map((call) => call!.target)).toEqual(http.map(() => http[0]!.target));
  expect(new Set(http.map((call) => call!.id)).size).toBe(2);
  for (const call of http) expect(call!.seconds).toBeGreaterThan(0.35);
  expect(http.map((call) => call!.bytes)).toEqual([4000, 4000]);
});

/** Loops as analysis tells of them; lines from 1. */
const planOf = (file: string, ...loops: readonly object[]) =>
  JSON.stringify({ v: 1, intervalMs: 50, files: { [file]: { loops } } });
const ASKING = `
const wait = (ms) => new Promise((settle) => setTimeout(settle, ms));
async function fetchAll(n) {
  for (let i = 0; i < n; i++) {
    await wait(60);
  }
}
async function each(rows) {
  for (const row of rows) {
    await wait(row.ms);
  }
}
await fetchAll(120);
await each(Array.from({ length: 120 }, () => ({ ms: 60 })));
`;

/** Listens and accepts nobody; its queue is full, so that connections to it hang. */
const DEAF = `
import socket, time
server = socket.socket(); server.bind(('127.0.0.1', 0)); server.listen(0)
waiting = [socket.socket() for _ in range(4)]
for each in waiting:
    each.setblocking(False)
    each.connect_ex(server.getsockname())
time.sleep(0.2)
print(server.getsockname()[1], flush=True)
time.sleep(60)`;

test('a connection that hangs is a call under way, in the main thread and in workers', async () => {
  const deaf = spawn('python3', ['-c', DEAF]);
  const [chunk] = (await once(deaf.stdout, 'data')) as [Buffer];
  const port = Number(chunk);
  const source = `
const net = require('node:net');
const { Worker, isMainThread } = require('node:worker_threads');
if (isMainThread) {
  new Worker(__filename);
  const server = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1', () => {
    net.connect(server.address().port, '127.0.0.1', () => server.close()).resume();
  });
}
const hanging = net.connect({ port: ${port}, host: '127.0.0.1' });
setTimeout(() => { hanging.destroy(); setTimeout(() => {}, 300); }, 900);`;
  const script = programs.write('hang.cjs', source);
  const { messages, stdout, stderr } = await programs.probed([NODE, script]);
  deaf.kill('SIGKILL');
  expect([stdout, stderr]).toEqual(['', '']);
  const calls = messages.flatMap((message) => (message.kind === 'call' ? [message.call] : []));
  const hanging = calls.filter(({ target }) => target === `127.0.0.1:${port}`);
  const byId = [...Map.groupBy(hanging, ({ id }) => id).values()];
  expect(byId).toHaveLength(2);
  for (const [begun, over, ...more] of byId) {
    expect([begun?.kind, begun?.seconds, more]).toEqual(['socket', undefined, []]);
    expect(over?.seconds).toBeGreaterThan(0.5);
  }
  // What is made at once is told when it is over; on a busy machine it may last.
  const others = calls.filter(({ target }) => !target.endsWith(`:${port}`));
  expect(others.at(-1)).toMatchObject({ kind: 'socket', seconds: expect.any(Number) });
});

test('how far loops have come that await, which are on no stack', async () => {
  const counted = {
    first: 4,
    last: 6,
    function: 'fetchAll',
    kind: 'range',
    variable: 'i',
    from: 0,
    to: { name: 'n' },
    step: 1,
  };
  const gone = {
    first: 9,
    last: 11,
    function: 'each',
    kind: 'each',
    variable: 'row',
    over: 'rows',
  };
  programs.write('plan.json', planOf('asking.mjs', counted, gone));
  const { messages, stderr, code } = await programs.probed([
    NODE,
    programs.write('asking.mjs', ASKING),
  ]);
  expect([stderr, code]).toEqual(['', 0]);
  for (const line of [4, 9]) {
    const seen = looksOf(messages).flatMap(({ state, loops }) =>
      loops.filter(({ firstLine }) => firstLine === line).map((loop) => ({ state, ...loop })),
    );
    expect(new Set(seen.map(({ done }) => done)).size).toBeGreaterThan(1);
    expect(seen.every(({ total, done }) => total === 120 && done >= 0 && done < 120)).toBe(true);
    expect(seen.map(({ done }) => done)).toEqual(
      seen.map(({ done }) => done).toSorted((a, b) => a - b),
    );
  }
  const stacks = looksOf(messages).map(stackOf);
  expect(stacks.flat()).toContain('asking.mjs:fetchAll');
});

test('a loop that computes is stopped now and then, and only glanced at in between', async () => {
  const source = `${SPIN}
function grind(n) {
  for (let i = 0; i < n; i++) {
    spin(2);
  }
}
grind(2500);`;
  const loop = {
    ...{ first: 3, last: 5, function: 'grind', kind: 'range', variable: 'i' },
    ...{ from: 0, to: { name: 'n' }, step: 1 },
  };
  programs.write('plan.json', planOf('grind.cjs', loop));
  const { messages } = await programs.probed([NODE, programs.write('grind.cjs', source)]);
  const within = looksOf(messages).filter((look) => stackOf(look).includes('grind.cjs:grind'));
  const [glances, read] = [true, undefined].map((isGlance) =>
    within.filter((look) => look.isGlance === isGlance),
  );
  const done = read!.flatMap(({ loops }) => loops.map((each) => each.done));
  expect(new Set(done).size).toBeGreaterThan(1);
  expect(done).toEqual(done.toSorted((one, other) => one - other));
  // How many, depends on what a glance takes on this machine.
  expect(glances!.length).toBeGreaterThan(0);
});

test('a script that does not lie in the current folder is read like one that does', async () => {
  const source = `${SPIN} function fill(n) {
    const seen = new Map();
    for (let i = 0; i < n; i++) { seen.set(i, i); spin(0.5); }
  }
  fill(4000);`;
  const elsewhere = mkdtempSync(join(tmpdir(), 'limber-elsewhere-'));
  const script = join(elsewhere, 'fill.cjs');
  writeFileSync(script, source);
  const bound = { first: 3, last: 3, function: 'fill', kind: 'range', variable: 'i', from: 0 };
  programs.write('plan.json', planOf(script, { ...bound, to: { name: 'n' }, step: 1 }));
  const { messages, code } = await programs.probed([NODE, script]);
  rmSync(elsewhere, { recursive: true });
  expect(code).toBe(0);
  const read = looksOf(messages).filter(({ containers }) => containers.length > 0);
  expect(read[0]?.containers[0]).toMatchObject({ function: 'fill', name: 'seen', kind: 'Map' });
  expect(read[0]?.loops[0]).toMatchObject({ file: script, firstLine: 3, total: 4000 });
});

test('a program whose next round is waited for ends when it would', async () => {
  const source = `
const started = performance.now();
const wait = (ms) => new Promise((settle) => setTimeout(settle, ms));
setTimeout(() => process.exit(6), 2500);
process.on('exit', () => console.log(performance.now() - started < 2700));
for (let i = 0; i < 9; i++) {
  await wait(i === 0 ? 100 : 60_000);
}`;
  const loop = {
    ...{ first: 6, last: 8, function: '', kind: 'range', variable: 'i' },
    ...{ from: 0, to: 9, step: 1 },
  };
  programs.write('plan.json', planOf('long.mjs', loop));
  const ended = await programs.probed([NODE, programs.write('long.mjs', source)]);
  expect(told(ended)).toEqual({ stdout: 'true\n', stderr: '', code: 6, signal: null });
});

test('where a program is that runs WebAssembly, without stopping it', async () => {
  const source = `${SPIN} ${WASM}
function grind() { const end = performance.now() + 3500; while (performance.now() < end) f(); }
grind();`;
  const { messages } = await programs.probed([NODE, programs.write('wasm.cjs', source)]);
  const within = looksOf(messages).filter((look) => stackOf(look).includes('wasm.cjs:grind'));
  expect(within.length).toBeGreaterThan(0);
  expect(within.at(-1)!.depth).toBeGreaterThan(2);
});

test('heap and buffers of the program, not of the probe', async () => {
  const source = `${SPIN}
const kept = [new Uint8Array(50e6), Array.from({ length: 2e6 }, (_, at) => ({ at }))];
spin(1500); console.log(kept.length);`;
  const { messages } = await programs.probed([NODE, programs.write('heap.cjs', source)]);
  const { heapBytes, externalBytes } = looksOf(messages).at(-1)!.runtime;
  expect(heapBytes).toBeGreaterThan(40e6);
  expect(externalBytes).toBeGreaterThan(50e6);
});

test('a command that nobody planned to look at is looked at when it lasts, and is told nothing of it', async () => {
  const threads = `require('node:fs').readdirSync('/proc/self/task').length`;
  const source = `${SPIN}
process.on('worker', () => console.log('told'));
console.log(${threads});
setTimeout(function grind() { spin(1500); console.log(${threads}); }, 500);`;
  programs.write('plan.json', planOf('another.cjs'));
  const script = programs.write('command.cjs', source);
  const { messages, stdout } = await programs.probed([NODE, script]);
  const [atFirst, later] = stdout.trim().split('\n').map(Number);
  expect((await programs.bare([NODE, script])).stdout).toMatch(new RegExp(`^${atFirst}\n`));
  expect(later).toBeGreaterThan(atFirst!);
  expect(looksOf(messages).flatMap(stackOf)).toContain('command.cjs:grind');
  const plan = { v: 1, intervalMs: 50, files: { 'command.cjs': { loops: [], isBrief: true } } };
  programs.write('plan.json', JSON.stringify(plan));
  const brief = await programs.probed([NODE, script]);
  expect(brief.stdout).toMatch(new RegExp(`^${atFirst}\n`));
});

test('where Node has made no inspector nobody asks for it', async () => {
  const source = `${SPIN} require('node:test')('lasts', () => { spin(1500); });`;
  const script = programs.write('lasts.test.cjs', source);
  for (const option of ['--test', '--inspect-port=0']) {
    const { code, stderr } = await programs.probed([NODE, option, script]);
    expect([option, code, stderr]).toEqual([option, 0, '']);
  }
});

/** Programs that would notice a clumsy probe, and what is told of them with and without. */
const NOTICING: Readonly<Record<string, string>> = {
  'exit.cjs': `${SPIN} process.on('exit', (code) => console.log('exit', code)); spin(300); process.exit(5);`,
  'exit-code.mjs': `process.exitCode = 3; await new Promise((settle) => setTimeout(settle, 200));`,
  'never.mjs': `await new Promise(() => {});`,
  'thrown.cjs': `${SPIN} function f() { spin(300); throw new TypeError('no'); } f();`,
  'rejected.mjs': `await Promise.reject(new Error('no'));`,
  'killed.cjs': `${SPIN} spin(300); process.kill(process.pid, 'SIGTERM'); spin(2000);`,
  'exec.cjs': `${SPIN} spin(300); process.execve('/bin/echo', ['echo', 'another program'], process.env);`,
  'signal.cjs': `process.on('SIGTERM', () => { console.log('asked'); process.exit(9); }); setTimeout(() => process.kill(process.pid, 'SIGTERM'), 200); setTimeout(() => {}, 5000);`,
  'worker-exit.cjs': `
const { Worker, isMainThread } = require('node:worker_threads'); ${SPIN}
if (isMainThread) new Worker(__filename).on('exit', (code) => console.log('ended', code));
else { spin(700); process.exit(4); }`,
  'worker-thrown.cjs': `
const { Worker, isMainThread } = require('node:worker_threads'); ${SPIN}
if (isMainThread) new Worker(__filename).on('error', (error) => console.log(error.message));
else { spin(700); throw new Error('no'); }`,
  'worker-stopped.cjs': `
const { Worker, isMainThread } = require('node:worker_threads');
if (isMainThread) { const worker = new Worker(__filename); setTimeout(async () => console.log(await worker.terminate()), 900); }
else for (;;);`,
  'worker-waited-for.cjs': `
const { Worker, isMainThread, workerData } = require('node:worker_threads'); ${SPIN}
if (isMainThread) {
  const done = new Int32Array(new SharedArrayBuffer(4));
  new Worker(__filename, { workerData: done });
  console.log(Atomics.wait(done, 0, 0), done[0]);
} else { spin(900); Atomics.store(workerData, 0, 7); Atomics.notify(workerData, 0); }`,
  'fork.cjs': `
if (process.send) process.on('message', (n) => { process.send(n * 2); process.disconnect(); });
else { const child = require('node:child_process').fork(__filename); child.on('message', (n) => console.log(n)); child.on('exit', (code) => console.log('ended', code)); child.send(21); }`,
  'cluster.cjs': `
const cluster = require('node:cluster'); const http = require('node:http');
if (cluster.isPrimary) {
  cluster.fork();
  cluster.on('listening', (worker, { port }) => http.get({ port, agent: false }, async (answer) => {
    for await (const part of answer) console.log(String(part));
    worker.kill();
  }));
  cluster.on('exit', (worker, code, signal) => console.log(code, signal));
} else http.createServer((_, answer) => answer.end('from a worker')).listen(0, '127.0.0.1');`,
  'closed.cjs': `
const fs = require('node:fs'); ${SPIN}
fs.rmSync('own', { force: true });
const links = fs.readdirSync('/proc/self/fd').filter((fd) => { try { return fs.readlinkSync('/proc/self/fd/' + fd).endsWith('/probe'); } catch { return false; } });
for (const fd of links) fs.closeSync(Number(fd));
const own = Array.from({ length: 40 }, () => fs.openSync('own', 'a'));
spin(1200); fs.writeSync(own[0], 'mine'); console.log(fs.readFileSync('own', 'utf8'));`,
  'hooks.cjs': `
const seen = []; require('node:async_hooks').createHook({ init: (_, type) => seen.push(type) }).enable();
setTimeout(() => console.log(seen.join()), 300);`,
  'listeners.cjs': `console.log(process.eventNames().length, process.listenerCount('worker'), process.getActiveResourcesInfo().join());`,
};

describe('with and without a probe a program does the same', () => {
  test.for(Object.entries(NOTICING))('%s', async ([name, source]) => {
    const script = programs.write(name, `${source}\n`);
    const [bare, probed] = [
      await programs.bare([NODE, script]),
      await programs.probed([NODE, script]),
    ];
    expect(told(probed)).toEqual(told(bare));
    expect(probed.messages[0]?.kind).toBe('start');
  });
});

function told({ stdout, stderr, code, signal }: Awaited<ReturnType<typeof programs.bare>>) {
  // A module that is loaded behind a preload has one line more of Node's own on its stack.
  const own = / +at .*\(node:internal.*\n|\(node:\d+\)/g;
  return { stdout, stderr: stderr.replaceAll(own, ''), code, signal };
}
