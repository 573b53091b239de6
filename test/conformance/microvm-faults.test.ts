import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Instance } from '#model/instance.ts';
import type { Launched } from '#runtimes/types.ts';
import { listImages } from '#runtimes/microvm/image/store.ts';
import { Qmp } from '#runtimes/microvm/vmm/qemu/qmp.ts';
import { QEMU } from '#runtimes/microvm/vmm/qemu/qemu.ts';
import type { Vmm } from '#runtimes/microvm/vmm/types.ts';
import { requires } from '../capabilities.ts';
import { buildTestImage, copyImage, MACHINE_NEEDS, openMachines } from '../microvm/machines.ts';
import { SMALL } from './runtime-suite.ts';

const MIB = 2 ** 20;
const DEADLINE_MS = 60_000;

beforeAll(buildTestImage, 300_000);

let machines: ReturnType<typeof openMachines>;
const running: Instance[] = [];

beforeEach((context) => {
  requires(context, ...MACHINE_NEEDS);
  machines = openMachines();
});
afterEach(async () => {
  for (const instance of running.splice(0)) await instance.release();
  await machines?.close();
});

async function launch(...given: Parameters<typeof machines.spec>): Promise<Launched> {
  const launched = await machines.open().launch(machines.spec(...given));
  running.push(launched.instance);
  launched.output.stderr?.resume();
  return launched;
}

/** QEMU with a second monitor, by which a test does to a machine what Limber never does. */
const WITH_BACK_DOOR: Vmm = {
  ...QEMU,
  async command(spec) {
    const path = `${spec.stateFolder}/back-door.sock`;
    return [...(await QEMU.command(spec)), '-qmp', `unix:${path},server=on,wait=off`];
  },
};

test('a kernel that panics is told of, and nothing of its machine stays', async () => {
  const spec = machines.spec(['sleep', '1000']);
  const { instance } = await machines.open({ vmm: WITH_BACK_DOOR }).launch(spec);
  running.push(instance);
  const path = `${machines.runtimeFolder}/instances/${instance.id}/back-door.sock`;
  const backDoor = await Qmp.open(path, () => true);
  await backDoor.execute('inject-nmi');
  const exit = await instance.exited;
  expect(exit.lost).toMatch(/gave up.*panic.*NMI/i);
  await instance.release();
  expect(machines.residue()).toEqual([]);
});

test('a monitor that is killed is told of, and nothing of its machine stays', async () => {
  const { instance } = await launch(['sleep', '1000']);
  process.kill(machines.monitorOf(instance.id), 'SIGKILL');
  const exit = await instance.exited;
  expect(exit).toMatchObject({
    signal: 'SIGKILL',
    lost: expect.stringContaining('gone') as string,
  });
  await instance.release();
  expect(machines.residue()).toEqual([]);
});

test('an image that is damaged is not booted; one that does not boot says why', async () => {
  const imagesFolder = copyImage(machines.root);
  const [image] = listImages(imagesFolder);
  const { folder, ...facts } = image!;
  truncateSync(`${folder}/initrd`, 4096);
  const runtime = machines.open({ imagesFolder });
  await expect(runtime.launch(machines.spec(['true']))).rejects.toMatchObject({
    code: 'image-corrupt',
  });
  const sha256 = createHash('sha256')
    .update(readFileSync(`${folder}/initrd`))
    .digest('hex');
  writeFileSync(
    `${folder}/image.json`,
    JSON.stringify({ ...facts, sha256: { ...facts.sha256, initrd: sha256 } }),
  );
  await expect(runtime.launch(machines.spec(['true']))).rejects.toMatchObject({
    code: 'microvm-not-started',
    message: expect.stringContaining('panic') as string,
  });
  expect(machines.residue()).toEqual([]);
});

test('memory that a guest does not give back stays allocated, and its program goes on', async () => {
  const program =
    'a = bytearray(300 << 20); a[::4096] = b"x" * len(a[::4096]); print("held", flush=True); input(); print(len(a))';
  const { instance, output } = await launch(['python3', '-c', program], {
    initial: { ...SMALL, cpuCores: 1, memoryBytes: 400 * MIB },
    stdin: 'open',
  });
  let stdout = '';
  output.stdout?.on('data', (chunk) => (stdout += String(chunk)));
  await until(() => stdout === 'held\n');
  const outcome = await instance.resize({ ...SMALL, memoryBytes: 64 * MIB });
  expect(outcome.state).toBe('refused');
  expect(outcome.actual.memoryBytes).toBeGreaterThan(280 * MIB);
  expect(instance.allocation().memoryBytes).toBe(outcome.actual.memoryBytes);
  await instance.input?.write(Buffer.from('\n'));
  expect(await instance.exited).toMatchObject({ exitCode: 0, memoryExhausted: false });
  await until(() => stdout === `held\n${300 * MIB}\n`);
});

test('a program that needs more than its maximum is seen to stand still, or is ended', async () => {
  const { instance } = await launch(['python3', '-c', 'b"x" * (400 << 20)'], {
    initial: { ...SMALL, cpuCores: 1, memoryBytes: 96 * MIB },
    maxMemoryBytes: 96 * MIB,
  });
  let isExhausted = false;
  void instance.exited.then(({ memoryExhausted }) => (isExhausted = memoryExhausted));
  await until(
    () => isExhausted || (instance.sample(performance.now()) && instance.reading.memoryStalled),
  );
});

test('rates change under a connection that never notices', async () => {
  const bytes = 3 * MIB;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end(Buffer.alloc(bytes));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const program = `
import socket
s = socket.create_connection(('host.limber.internal', ${port})); n = 0
while (b := s.recv(65536)): n += len(b)
print(n)`;
  const slow = { ingressBitsPerSecond: 1e6, egressBitsPerSecond: 1e6 };
  const { instance, output } = await launch(['python3', '-c', program], {
    initial: { ...SMALL, cpuCores: 1, ...slow },
    network: { kind: 'none', hostPorts: [port] },
  });
  let stdout = '';
  output.stdout?.on('data', (chunk) => (stdout += String(chunk)));
  await until(() => {
    instance.sample(performance.now());
    return instance.reading.ingressBytesTotal > 100_000;
  });
  expect(stdout).toBe('');
  const fast = { ingressBitsPerSecond: 100e6, egressBitsPerSecond: 10e6 };
  const outcome = await instance.resize({ ...instance.allocation(), ...fast });
  expect(outcome).toMatchObject({ state: 'applied', actual: fast });
  expect(await instance.exited).toMatchObject({ exitCode: 0 });
  await until(() => stdout === `${bytes}\n`);
  server.close();
});

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + DEADLINE_MS;
  while (!condition()) {
    if (performance.now() > end) throw new Error('the condition did not come true in time');
    await sleep(20);
  }
}
