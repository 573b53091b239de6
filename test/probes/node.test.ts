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
