import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutsideReading } from '#model/outside.ts';
import { requires } from '../../../test/capabilities.ts';
import { seen, Watched } from '../../../test/watched-program.ts';
import { OutsideWatch } from './outside-watch.ts';

const MIB = 2 ** 20;

let watched: Watched;
let server: Server | undefined;
beforeEach(() => {
  watched = new Watched();
});
afterEach(async () => {
  await watched.close();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

const python = (source: string) => watched.watch(watched.start('python3', '-c', source));
const shell = (source: string) => watched.watch(watched.start('bash', '-c', source));
const named = (name: string) => (process: { readonly name: string }) => process.name === name;

test('a C program that computes', async () => {
  writeFileSync(
    join(watched.folder, 'spin.c'),
    'int main(void) { volatile unsigned long i = 0; for (;;) i++; }',
  );
  execFileSync('gcc', ['-O1', '-o', 'spin', 'spin.c'], { cwd: watched.folder });
  const watch = watched.watch(watched.start(join(watched.folder, 'spin')));
  const reading = await seen(watch, ({ top }) => (top[0]?.cpuCores ?? 0) > 0.1);
  expect(reading).toMatchObject({ doing: 'computing', place: 'spin', processCount: 1 });
  expect(reading.top[0]).toMatchObject({ name: 'spin', waitsFor: 'nothing', threads: 1 });
  expect(reading.top[0]!.memoryBytes).toBeGreaterThan(4096);
});

test('sleeping', async () => {
  const watch = python('import time; time.sleep(60)');
  const isTimed = (reading: OutsideReading) => reading.top[0]?.waitsFor === 'timer';
  const { doing, top } = await seen(watch, isTimed);
  expect(doing).toBe('sleeping');
  expect(top[0]).toMatchObject({ states: { sleeping: 1 } });
});

test('sleeping by a select of nothing, and by a time-out of poll', async () => {
  const nothing = python('import select; select.select([], [], [], 60)');
  await seen(nothing, ({ doing, top }) => doing === 'sleeping' && top[0]!.waitsFor === 'timer');
  const poll = python('import select; select.poll().poll(60_000)');
  await seen(poll, ({ doing, top }) => doing === 'sleeping' && top[0]!.waitsFor === 'timer');
});

test.each([
  ['a blocking socket', 'urllib.request.urlopen(url).read()'],
  ['a socket with a time-out, which polls', 'urllib.request.urlopen(url, timeout=50).read()'],
])('an answer that does not come: %s', async (_, call) => {
  server = createServer(() => {});
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const asked = new Promise((resolve) => server!.once('request', resolve));
  const watch = python(`import urllib.request; url = 'http://127.0.0.1:${port}/'; ${call}`);
  await asked;
  const { top } = await seen(watch, ({ doing }) => doing === 'waiting-network');
  expect(top[0]!.waitsFor).toBe('network');
});

test('waiting at a local socket and at a pipe is not waiting for a network', async () => {
  const local = python('import socket; a, b = socket.socketpair(); a.recv(1)');
  await seen(local, ({ top }) => top[0]?.waitsFor === 'pipe');
  const pipe = python('import os; r, w = os.pipe(); os.read(r, 1)');
  await seen(pipe, ({ doing, top }) => doing === 'waiting-io' && top[0]!.waitsFor === 'pipe');
});

test('waiting for a lock that another thread holds', async () => {
  const watch = python(`
import threading, time
lock = threading.Lock(); lock.acquire()
lock.acquire()`);
  await seen(watch, ({ doing }) => doing === 'waiting-lock');
});

test('a main thread that waits for its threads: what they do counts', async () => {
  const watch = python(`
import threading, time
thread = threading.Thread(target=time.sleep, args=(60,))
thread.start(); thread.join()`);
  const reading = await seen(
    watch,
    ({ doing, threadCount }) => doing === 'sleeping' && threadCount === 2,
  );
  expect(reading.states).toEqual({ running: 0, sleeping: 2, blocked: 0, zombie: 0 });
});

test('progress of a file that is read slowly', async () => {
  const file = openSync(join(watched.folder, 'big file'), 'w');
  ftruncateSync(file, 64 * MIB);
  closeSync(file);
  const child = watched.start(
    'python3',
    '-uc',
    `import sys
with open('big file', 'rb', buffering=0) as file:
    for _ in range(40):
        file.read(${MIB})
    print('forty')
    sys.stdin.read(1)
    file.read(${8 * MIB})
    sys.stdin.read()`,
  );
  const watch = watched.watch(child);
  const isAt = (mib: number) => (reading: { files: readonly { doneBytes: number }[] }) =>
    reading.files.some(({ doneBytes }) => doneBytes === mib * MIB);
  const { files } = await seen(watch, isAt(40));
  expect(files).toEqual([
    {
      pid: child.pid,
      file: join(watched.folder, 'big file'),
      doneBytes: 40 * MIB,
      totalBytes: 64 * MIB,
    },
  ]);
  child.stdin!.write('x');
  await seen(watch, isAt(48));
});

test('a pipeline: who uses the CPU, and which command runs', async () => {
  const watch = shell('cat /dev/zero | sleep 60 | tail -f /dev/null & while :; do :; done');
  // Each is called bash until it is what it becomes.
  const reading = await seen(
    watch,
    ({ top }) =>
      top[0]?.name === 'bash' &&
      top[0].cpuCores > 0.1 &&
      top.some(named('tail')) &&
      top.find(named('sleep'))?.doing === 'sleeping' &&
      // Its pipe is full.
      top.find(named('cat'))?.waitsFor === 'pipe',
  );
  expect(reading.doing).toBe('computing');
  expect(reading.processCount).toBe(4);
  expect(reading.top.find(named('cat'))).toMatchObject({ doing: 'waiting-io' });
});

test('the command that a script runs now is its place', async () => {
  const watch = shell('sleep 60; true');
  // It is called `sleep` as soon as it is one, and sleeps when it has been loaded.
  const reading = await seen(
    watch,
    ({ place, doing }) => place === 'sleep' && doing !== 'computing',
  );
  expect(reading.doing).toBe('sleeping');
  expect(reading.top.find(named('bash'))).toMatchObject({ doing: 'waiting-child' });
  const nested = shell('answer=$(sh -c "sleep 61; true"); true');
  const { top } = await seen(
    nested,
    ({ place, top: { length } }) => place === 'sleep' && length === 3,
  );
  expect(top.find(named('bash'))).toMatchObject({ doing: 'waiting-child', waitsFor: 'child' });
});

test('a command that is new has used what it used since it began', async () => {
  const watch = shell('sleep 0.4; while :; do :; done & wait');
  await seen(watch, ({ place }) => place === 'sleep');
  const endMs = performance.now() + 1000;
  // Nobody looks for a while: the loop begins within it, and ran for most of it.
  while (performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 50));
  const { place, placeCores } = watch.look(performance.now());
  expect(place).toBe('bash');
  expect(placeCores).toBeGreaterThan(0.1);
  expect(placeCores).toBeLessThanOrEqual(1);
});

test('a Java program that sleeps, among the threads of its machine', async (context) => {
  requires(context, 'javac');
  writeFileSync(
    join(watched.folder, 'Nap.java'),
    'class Nap { public static void main(String[] a) throws Exception { Thread.sleep(60000); } }',
  );
  execFileSync('javac', ['Nap.java'], { cwd: watched.folder });
  const watch = watched.watch(watched.start('java', '-Xshare:auto', '-cp', '.', 'Nap'));
  const { top } = await seen(watch, ({ doing }) => doing === 'sleeping');
  expect(top[0]!.threads).toBeGreaterThan(5);
});

test('what vanishes is left out, and what was opened is closed', async () => {
  const before = readdirSync('/proc/self/fd').length;
  const child = watched.start('sleep', '60');
  const watch = watched.watch(child);
  await seen(watch, ({ place }) => place === 'sleep');
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  const reading = watch.look(performance.now());
  expect(reading).toMatchObject({ processCount: 0, place: '', top: [], files: [] });
  watch.close();
  expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
});

test('more processes than are looked at: the rest is counted', async () => {
  const ids = Array.from({ length: 500 }, () => process.pid);
  const watch = new OutsideWatch({ processIds: () => ids, networkNamespacePath: undefined });
  const reading = watch.look(performance.now());
  watch.close();
  expect(reading).toMatchObject({ processCount: 500, isPartial: true });
});

test('a look is due by what goes on, and the sooner when that has changed', () => {
  const watch = new OutsideWatch({ processIds: () => [], networkNamespacePath: undefined });
  expect(watch.lookWhenDue(0, 'active')).toBeDefined();
  expect(watch.lookWhenDue(200, 'active')).toBeUndefined();
  expect(watch.lookWhenDue(40, 'turned')).toBeUndefined();
  expect(watch.lookWhenDue(900, 'idle')).toBeUndefined();
  expect(watch.lookWhenDue(900, 'active')).toBeDefined();
  expect(watch.lookWhenDue(1800, 'turned')).toBeDefined();
  watch.close();
  expect(watch.lookWhenDue(9999, 'active')).toBeUndefined();
});

test('connections in a network namespace of its own', async (context) => {
  requires(context, 'root', 'iproute2');
  const name = `limber-outside-${process.pid}`;
  execFileSync('ip', ['netns', 'add', name]);
  context.onTestFinished(() => void spawnSync('ip', ['netns', 'del', name]));
  execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
  const path = `/run/netns/${name}`;
  const child = watched.start(
    'nsenter',
    `--net=${path}`,
    'python3',
    '-c',
    `
import socket, time
server = socket.create_server(('127.0.0.1', 7001))
client = socket.create_connection(('127.0.0.1', 7001)); time.sleep(0.1)
other, _ = server.accept()
client.sendall(b'x' * 1000)
other.recv(1000)
client.recv(1)`,
  );
  const watch = new OutsideWatch({ processIds: () => [child.pid!], networkNamespacePath: path });
  context.onTestFinished(() => watch.close());
  const { connections, doing } = await seen(watch, (reading) =>
    reading.connections.some(({ sentBytes }) => sentBytes === 1000),
  );
  expect(doing).toBe('waiting-network');
  expect(connections).toHaveLength(2);
  const client = connections.find(({ sentBytes }) => sentBytes === 1000);
  expect(client).toMatchObject({
    ...{ peer: '127.0.0.1:7001', state: 'ESTAB', sendQueueBytes: 0 },
    awaitsAnswer: true,
  });
  expect(client!.roundTripMs).toBeGreaterThan(0);
  expect(connections.find((one) => one !== client)).toMatchObject({
    receivedBytes: 1000,
    awaitsAnswer: false,
  });
});
