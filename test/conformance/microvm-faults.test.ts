import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  readlinkSync,
  appendFileSync,
  cpSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Instance } from '#model/instance.ts';
import type { Launched } from '#runtimes/types.ts';
import { compileAgent } from '#runtimes/microvm/image/agent.ts';
import { cpio } from '#runtimes/microvm/image/cpio.ts';
import { listImages, type Image } from '#runtimes/microvm/image/store.ts';
import { Qmp } from '#runtimes/microvm/vmm/qemu/qmp.ts';
import { whyNoDevice } from '#runtimes/microvm/vmm/qemu/device.ts';
import { QEMU } from '#runtimes/microvm/vmm/qemu/qemu.ts';
import type { Vmm } from '#runtimes/microvm/vmm/types.ts';
import { requires } from '../capabilities.ts';
import {
  buildTestImage,
  copyImage,
  MACHINE_NEEDS,
  openMachines,
  PROBES,
} from '../microvm/machines.ts';
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

/** What follows is never done to the devices of the machine itself. */
const OWN_MOUNTS = `[ "$(readlink /proc/self/ns/mnt)" != '${readlinkSync('/proc/self/ns/mnt')}' ]`;
/** Devices of a mount namespace of its own, with a /dev/kvm that is no such thing, or none. */
const DEVICES = 'mount -t tmpfs -o mode=755 devices /dev; mknod /dev/null c 1 3';
const KVM = {
  absent: ['true', /No such file/],
  refuses: ['mknod /dev/kvm c 1 3', /version too old/],
  closed: [
    // Not even root opens a device of a file system that may have none.
    'mkdir /dev/closed; mount -t tmpfs -o nodev closed /dev/closed; mknod /dev/closed/kvm c 1 3; ' +
      ': >/dev/kvm; mount --bind /dev/closed/kvm /dev/kvm',
    /Permission denied/,
  ],
} as const;

function withKvm(kind: keyof typeof KVM, command: readonly string[]): readonly string[] {
  return [
    'sh',
    '-c',
    `set -e; ${OWN_MOUNTS}; ${DEVICES}; ${KVM[kind][0]}; exec "$@"`,
    'sh',
    ...command,
  ];
}

/** QEMU with a second monitor, by which a test does to a machine what Limber never does. */
const WITH_BACK_DOOR: Vmm = {
  ...QEMU,
  // What is found of its processors is no other monitor's.
  name: 'qemu-with-a-back-door',
  async command(spec) {
    const path = `${spec.stateFolder}/back-door.sock`;
    const command = [...(await QEMU.command(spec)), '-qmp', `unix:${path},server=on,wait=off`];
    return withKvm('refuses', command);
  },
};

test.for(['absent', 'refuses', 'closed'] as const)(
  'KVM that is %s is found by trying, and it is said why',
  (kind) => {
    const ask =
      "import('#runtimes/microvm/vmm/qemu/accelerator.ts').then((m) => console.log(JSON.stringify(m.findAccelerator())))";
    const node = [process.execPath, '--conditions=limber-source', '--no-warnings', '-e', ask];
    const found = execFileSync('unshare', ['--mount', ...withKvm(kind, node)], {
      encoding: 'utf8',
    });
    expect(JSON.parse(found)).toEqual({
      kind: 'tcg',
      why: expect.stringMatching(KVM[kind][1]) as string,
    });
  },
);

test('a device that QEMU has not is found by asking, with its own words', async () => {
  expect(await whyNoDevice('virtio-mem-pci')).toBeUndefined();
  expect(await whyNoDevice('no-such-device')).toMatch(/not found/);
});

test('without KVM it says so; a kernel that panics is told of, and nothing of its machine stays', async () => {
  const spec = machines.spec(['sleep', '1000']);
  const { instance } = await machines.open({ vmm: WITH_BACK_DOOR }).launch(spec);
  running.push(instance);
  expect(instance.notes).toEqual([
    { code: 'microvm-fallback', text: expect.stringMatching(/KVM.*too old.*emulated/) as string },
  ]);
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

/** The end of the guest's first process, in the image of a test. */
const DIES = `
#include <pthread.h>
#include <unistd.h>
static void *die(void *nothing) {
  while (access("/newroot/tmp/die", F_OK) != 0) usleep(10000);
  *(volatile int *)nothing = 0;
  return nothing;
}
__attribute__((constructor)) static void wait_for_it(void) {
  pthread_t thread;
  pthread_create(&thread, 0, die, 0);
}`;

test('an agent that dies alone takes its machine with it, and is told of', async () => {
  const imagesFolder = copyImage(machines.root);
  const [image] = listImages(imagesFolder);
  cpSync(`${PROBES}/microvm`, `${machines.root}/probes/microvm`, { recursive: true });
  writeFileSync(`${machines.root}/probes/microvm/dies.c`, DIES);
  await compileAgent(`${machines.root}/probes`, `${machines.root}/agent`);
  const content = readFileSync(`${machines.root}/agent`);
  // What comes later in an initial file system takes the place of what came before.
  appendFileSync(
    `${image!.folder}/initrd`,
    cpio([{ kind: 'file', name: 'init', mode: 0o755, content }]),
  );
  blessInitrd(image!);
  const spec = machines.spec(['sh', '-c', 'echo begun; : >/tmp/die; sleep 1000']);
  const { instance } = await machines.open({ imagesFolder }).launch(spec);
  running.push(instance);
  const exit = await instance.exited;
  expect(exit.lost).toMatch(/gave up.*kill init/i);
  await instance.release();
  expect(machines.residue()).toEqual([]);
});

/** Makes what was done to it what was built. */
function blessInitrd({ folder, ...facts }: Image): void {
  const sha256 = createHash('sha256')
    .update(readFileSync(`${folder}/initrd`))
    .digest('hex');
  const json = JSON.stringify({ ...facts, sha256: { ...facts.sha256, initrd: sha256 } });
  writeFileSync(`${folder}/image.json`, json);
}

test('an image that is damaged is not booted; one that does not boot says why', async () => {
  const imagesFolder = copyImage(machines.root);
  const [image] = listImages(imagesFolder);
  truncateSync(`${image!.folder}/initrd`, 4096);
  const runtime = machines.open({ imagesFolder });
  await expect(runtime.launch(machines.spec(['true']))).rejects.toMatchObject({
    code: 'image-corrupt',
  });
  blessInitrd(image!);
  await expect(runtime.launch(machines.spec(['true']))).rejects.toMatchObject({
    code: 'microvm-not-started',
    message: expect.stringContaining('panic') as string,
  });
  expect(machines.residue()).toEqual([]);
});

test('where the kernel has no virtio-mem a balloon takes memory back and gives it again', async () => {
  const imagesFolder = copyImage(machines.root);
  const { folder, ...facts } = listImages(imagesFolder)[0]!;
  writeFileSync(`${folder}/image.json`, JSON.stringify({ ...facts, lacks: ['virtio_mem'] }));
  const program = `
held = bytearray(150 << 20); held[::4096] = b"x" * len(held[::4096]); print("held", flush=True)
input(); del held; print("gone", flush=True); input()
held = b"x" * (100 << 20); print(len(held), flush=True); input()`;
  const { instance, output } = await machines.open({ imagesFolder }).launch(
    machines.spec(['python3', '-c', program], {
      initial: { ...SMALL, cpuCores: 1, memoryBytes: 200 * MIB },
      maxMemoryBytes: 256 * MIB,
      stdin: 'open',
    }),
  );
  running.push(instance);
  output.stderr?.resume();
  let stdout = '';
  output.stdout?.on('data', (chunk) => (stdout += String(chunk)));
  const monitor = machines.monitorOf(instance.id);
  const goOn = () => instance.input?.write(Buffer.from('\n'));
  expect(instance.notes?.map(({ text }) => text).join()).toMatch(/no virtio-mem.*driver.*balloon/);
  await until(() => stdout === 'held\n');
  const heldBytes = sharedBytes(monitor);
  expect(heldBytes).toBeGreaterThan(150 * MIB);
  await goOn();
  await until(() => stdout.endsWith('gone\n'));
  const small = { ...SMALL, cpuCores: 1 };
  await instance.resize(small);
  // The host has it back, and not only the books: on a slow machine a balloon takes its time.
  await until(() => heldBytes - sharedBytes(monitor) > 100 * MIB);
  const more = await instance.resize({ ...small, memoryBytes: 160 * MIB });
  expect(more).toMatchObject({ state: 'applied', actual: { memoryBytes: 160 * MIB } });
  await goOn();
  await until(() => stdout.endsWith(`${100 * MIB}\n`));
});

/** Of the host's memory: what the guest has touched and not given back. */
function sharedBytes(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/RssShmem:\s+(\d+) kB/.exec(text)?.[1]) * 1024;
}

test('memory that a guest does not give back stays allocated, processors are added, and its program goes on', async () => {
  const processors = Math.min(2, availableParallelism());
  const program = `
import os, time
a = bytearray(300 << 20); a[::4096] = b"x" * len(a[::4096]); print("held", flush=True); input()
while os.sysconf("SC_NPROCESSORS_ONLN") < ${processors}: time.sleep(0.1)
print(len(a))`;
  const { instance, output } = await launch(['python3', '-c', program], {
    initial: { ...SMALL, cpuCores: 1, memoryBytes: 400 * MIB },
    stdin: 'open',
  });
  let stdout = '';
  output.stdout?.on('data', (chunk) => (stdout += String(chunk)));
  await until(() => stdout === 'held\n');
  const outcome = await instance.resize({ ...SMALL, cpuCores: processors });
  expect(outcome.state).toBe('refused');
  expect(outcome.actual.cpuCores).toBe(processors);
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
