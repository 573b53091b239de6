import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { Instance } from '#model/instance.ts';
import type { LaunchSpec } from '#model/launch.ts';
import { readClusterCapacity } from '#runtimes/kubernetes/capacity.ts';
import type { Launched } from '#runtimes/types.ts';
import type { ResourceList } from '#runtimes/kubernetes/api/types.ts';
import type { Pod } from '../kubernetes/pod-types.ts';
import type { DoubleOptions } from '../kubernetes/request-facts.ts';
import { openCluster, type TestCluster } from '../kubernetes/cluster.ts';
import { SMALL } from './runtime-suite.ts';

const MIB = 2 ** 20;
type Double = NonNullable<TestCluster['double']>;
const PROBES = fileURLToPath(new URL('../../probes', import.meta.url));

/** What a real cluster does to a controller now and then, and a double on demand. */
describe('the kubernetes runtime, when things go wrong', () => {
  let cluster: TestCluster;
  const running: Instance[] = [];

  async function open(options: DoubleOptions = {}) {
    cluster = await openCluster(options);
    const runtime = cluster.openRuntime();
    const launch = async (
      argv: readonly string[],
      change?: Partial<LaunchSpec>,
    ): Promise<Launched> => {
      const launched = await runtime.launch(cluster.spec(argv, change));
      running.push(launched.instance);
      return launched;
    };
    return { launch, double: cluster.double! };
  }

  afterEach(async () => {
    for (const instance of running.splice(0)) await instance.release();
    await cluster.close();
  });

  test('output is whole and there once, however often connections break', async () => {
    const { launch, double } = await open();
    const program =
      'i=0; while [ $i -lt 60 ]; do echo line $i; i=$((i+1)); sleep 0.02; done; exit 9';
    const { instance, output } = await launch(['sh', '-c', program]);
    const text = collect(output.stdout);
    for (let round = 0; round < 6; round++) {
      await sleep(150);
      double.dropExecs();
      double.dropWatches();
    }
    expect(await instance.exited).toMatchObject({ exitCode: 9 });
    const expected = Array.from({ length: 60 }, (_, index) => `line ${index}\n`).join('');
    expect(await text).toBe(expected);
  });

  test('all that a node is said to have for a program can be had, its keeper beside it', async () => {
    const { launch } = await open();
    const { instance } = await launch(['sleep', '60']);
    const { largest } = await readClusterCapacity(cluster.client);
    const all = { ...instance.allocation(), cpuCores: largest.cpuCores };
    expect(await instance.resize(all)).toMatchObject({ state: 'applied' });
  });

  test('what a probe said is heard, though the program ended before anybody could listen', async () => {
    const { launch, double } = await open();
    double.faults.unreachable = 'main';
    // The last word has no end of line, as when a program is killed in the middle of it.
    const program = 'printf "one\\n two\\nthr" >/run/limber/probe; exit 3';
    const probe = { folder: PROBES, files: {} };
    const { instance } = await launch(['sh', '-c', program], { probe });
    const heard: string[] = [];
    instance.onMessage((line) => void heard.push(line));
    expect(await instance.exited).toMatchObject({ exitCode: 3 });
    expect(heard).toEqual(['one', ' two', 'thr']);
  });

  test('a watch that the server has forgotten begins anew, and the end is seen', async () => {
    const { launch, double } = await open();
    const { instance } = await launch(['sh', '-c', 'sleep 1; exit 6']);
    double.dropWatches();
    double.store.compact();
    expect(await instance.exited).toMatchObject({ exitCode: 6 });
  });

  test('a server that is busy is asked again when it says so', async () => {
    const { launch, double } = await open();
    double.faults.throttled = 2;
    const { instance } = await launch(['sh', '-c', 'sleep 5']);
    double.faults.throttled = 1;
    double.faults.conflicts = 1;
    const outcome = await instance.resize({ ...SMALL, cpuCores: 0.8 });
    expect(outcome).toMatchObject({ state: 'applied', actual: { cpuCores: 0.8 } });
  });

  test('a burst of resizes becomes few patches, and the last one counts', async () => {
    const { launch, double } = await open();
    const { instance } = await launch(['sleep', '30']);
    const cores = Array.from({ length: 20 }, (_, index) => 0.5 + (index + 1) / 100);
    const outcomes = await Promise.all(
      cores.map(async (cpuCores) => instance.resize({ ...SMALL, cpuCores })),
    );
    expect(new Set(outcomes.map(({ state }) => state))).toEqual(new Set(['applied']));
    expect(instance.allocation().cpuCores).toBe(0.7);
    const patches = double.requests.filter((request) => request.endsWith('/resize'));
    expect(patches.length).toBeLessThanOrEqual(3);
  });

  test('what the node has no room for is refused, limits move, and it is reserved later', async () => {
    const { launch, double } = await open({
      allocatable: { cpuCores: 4, memoryBytes: 600 * MIB },
    });
    const first = await launch(['sleep', '30']);
    const other = await launch(['sleep', '30'], {
      initial: { ...SMALL, memoryBytes: 300 * MIB },
    });
    const outcome = await first.instance.resize({ ...SMALL, memoryBytes: 400 * MIB });
    expect(outcome).toMatchObject({ state: 'refused', message: expect.stringMatching(/Deferred/) });
    // Nobody is killed for want of a reservation: the limit is there all the same.
    expect(outcome.actual.memoryBytes).toBe(400 * MIB);
    expect(requestedBytes(double, first.instance)).toBe(64 * MIB);
    await other.instance.release();
    await until(() => requestedBytes(double, first.instance) === 400 * MIB);
  });

  test('of what the node has too little of, nothing else of the same resize suffers', async () => {
    const { launch, double } = await open({
      allocatable: { cpuCores: 1.6, memoryBytes: 1024 * MIB },
    });
    const { instance } = await launch(['sleep', '60']);
    const other = await launch(['sleep', '60'], { initial: { ...SMALL, cpuCores: 1 } });
    const both = await instance.resize({ ...SMALL, cpuCores: 0.9, memoryBytes: 200 * MIB });
    expect(both).toMatchObject({ state: 'refused', refused: ['cpuCores'] });
    expect(both.message).toMatch(/cpu/);
    expect(requestedBytes(double, instance)).toBe(200 * MIB);
    expect(requestsOf(double, instance).cpu).toBe('500m');
    const more = await instance.resize({ ...SMALL, cpuCores: 0.9, memoryBytes: 300 * MIB });
    expect(more).toMatchObject({ state: 'applied', actual: { memoryBytes: 300 * MIB } });
    expect(requestedBytes(double, instance)).toBe(300 * MIB);
    await other.instance.release();
    await until(() => requestsOf(double, instance).cpu === '900m');
  });

  test('more than the node has at all is refused at once', async () => {
    const { launch } = await open({ allocatable: { cpuCores: 2, memoryBytes: 1024 * MIB } });
    const { instance } = await launch(['sleep', '30'], { maxMemoryBytes: 8192 * MIB });
    const outcome = await instance.resize({ ...SMALL, memoryBytes: 4096 * MIB });
    expect(outcome.state).toBe('refused');
    expect(outcome.message).toMatch(/more than the node has/);
  });

  test('no limit goes below what the program holds', async () => {
    const { launch, double } = await open();
    const { instance, output } = await launch(['python3', '-uc', HOLD], {
      initial: { ...SMALL, memoryBytes: 256 * MIB },
      burstRoomBytes: 0,
    });
    const said = collect(output.stdout);
    // Not one byte more comes after it has said so.
    await new Promise((heard) => output.stdout!.once('data', heard));
    await until(
      () => instance.sample(performance.now()) && instance.reading.memoryBytes > 115 * MIB,
    );
    const outcome = await instance.resize({ ...SMALL, memoryBytes: 32 * MIB });
    expect(outcome.state).toBe('applied');
    expect(outcome.actual.memoryBytes).toBeGreaterThan(115 * MIB);
    expect(requestedBytes(double, instance)).toBe(32 * MIB);
    expect(await instance.exited).toMatchObject({ exitCode: 0 });
    expect(await said).toBe('holds\ndone\n');
  });

  test('a program beyond its maximum is ended by the kernel, with its output, and it is said', async () => {
    const { launch } = await open();
    const { instance, output } = await launch(['python3', '-uc', EAT], {
      initial: { ...SMALL, memoryBytes: 64 * MIB },
      maxMemoryBytes: 96 * MIB,
    });
    const said = collect(output.stdout);
    expect(await instance.exited).toMatchObject({ exitCode: 137, memoryExhausted: true });
    expect(await said).toBe('eats\n');
  });

  test('a node that is lost is told as such', async () => {
    const { launch, double } = await open();
    const { instance } = await launch(['sleep', '30']);
    double.kubelet.lose();
    const exit = await instance.exited;
    expect(exit.lost).toMatch(/DeletionByTaintManager/);
  });

  test('a pod that somebody deletes is lost', async () => {
    const { launch, double } = await open();
    const { instance } = await launch(['sleep', '30']);
    const [pod] = double.store.list('Pod');
    double.store.remove(pod!);
    expect((await instance.exited).lost).toBe('it was deleted');
  });

  test('a folder that no ConfigMap takes is sent, and comes back', async () => {
    const { launch } = await open();
    const folder = `${cluster.root}/large`;
    mkdirSync(folder);
    const noise = Buffer.from(Array.from({ length: 3 * MIB }, () => Math.random() * 256));
    writeFileSync(`${folder}/noise`, noise);
    const { view } = cluster.spec([]);
    const { instance, output } = await launch(['sh', '-c', 'cksum <noise; cp noise copy'], {
      view: { ...view, currentFolder: folder, inPlace: true },
    });
    const said = collect(output.stdout);
    expect(await instance.exited).toMatchObject({ exitCode: 0 });
    expect(await said).toMatch(/ 3145728\n$/);
    expect(readFileSync(`${folder}/copy`).equals(noise)).toBe(true);
  });

  test('a cluster that cannot resize is refused before anything is made', async () => {
    const { launch, double } = await open({ minor: '32' });
    await expect(launch(['true'])).rejects.toThrow(/v1.32.2 .* cannot resize running pods/);
    expect(double.store.list('Pod')).toEqual([]);
  });

  test('memory grows from 64 MiB to 1.5 GiB in one pod, without a restart', async () => {
    const { launch } = await open();
    const { instance, output } = await launch(['python3', '-uc', GROW], {
      maxMemoryBytes: 2048 * MIB,
    });
    const said = collect(output.stdout);
    let [ended, limit] = [false, 64 * MIB];
    void instance.exited.then(() => (ended = true));
    while (!ended) {
      await sleep(10);
      instance.sample(performance.now());
      const { memoryBytes } = instance.reading;
      if (memoryBytes < limit * 0.7) continue;
      limit = Math.max(limit, memoryBytes) * 1.4;
      void instance.resize({ ...SMALL, cpuCores: 0.9, memoryBytes: Math.min(limit, 2048 * MIB) });
    }
    expect(await said).toBe('grown\n');
    expect(await instance.exited).toMatchObject({ exitCode: 0, memoryExhausted: false });
    expect(instance.reading.memoryPeakBytes).toBeGreaterThan(1536 * MIB);
  });
});

const HOLD = `
import time
held = bytearray(120 << 20)
print('holds')
time.sleep(10)
print('done')
`;

const EAT = `
import time
print('eats'); time.sleep(0.3)
held = [bytearray(1 << 20) for _ in range(2000)]
`;

const GROW = `
import time
held = []
for _ in range(1536):
    held.append(bytearray(1 << 20))
    time.sleep(0.001)
print('grown')
`;

function requestedBytes(double: Double, instance: Instance): number | undefined {
  const { memory } = requestsOf(double, instance);
  return memory === undefined ? undefined : Number(memory);
}

/** What the kubelet says that the program's container has reserved. */
function requestsOf({ store }: Double, { id }: Instance): ResourceList {
  const pods = store.list('Pod') as readonly Pod[];
  const pod = pods.find(({ metadata }) => metadata.labels?.['limber.dev/execution'] === id);
  const main = pod?.status?.containerStatuses?.find(({ name }) => name === 'main');
  return main?.resources?.requests ?? {};
}

async function collect(stream: NodeJS.ReadableStream | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function until(condition: () => boolean, deadlineMs = 20_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error('the condition did not come true in time');
    await sleep(10);
  }
}
