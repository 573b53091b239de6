import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadConfig } from '#config/load.ts';
import { Operator } from '#operator/operator.ts';
import { createClient } from '#runtimes/kubernetes/api/client.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { rounded } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';

const SERVER = fileURLToPath(new URL('kubernetes/cluster-server.ts', import.meta.url));
const PROBES = fileURLToPath(new URL('../probes', import.meta.url));
const CHURN_PER_SECOND = 500;

type Counts = Readonly<Record<'resizes' | 'statuses' | 'looks' | 'listedBytes', number>>;

/** What the operator costs beside a simulated API server: by pod that is there, and by one it resizes. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '20' },
      clusters: {
        type: 'string',
        default: '100/1000/0,1000/10000/0,1000/10000/100,1000/10000/400',
      },
    },
  });
  const machine = beginBenchmark('kubernetes-scale');
  const seconds = Number(values.seconds);
  const clusters: Figures[] = [];
  for (const text of values.clusters.split(',')) {
    const [nodes = 0, pods = 0, managed = 0] = text.split('/').map(Number);
    clusters.push(await measure({ nodes, pods, managed }, seconds));
  }
  print(clusters);
  writeResult('kubernetes-scale', machine, {
    seconds,
    churnPerSecond: CHURN_PER_SECOND,
    clusters,
  });
}

type Size = { readonly nodes: number; readonly pods: number; readonly managed: number };

type Figures = Size & {
  /** Until every list was read. */
  readonly startSeconds: number;
  readonly startCpuSeconds: number;
  readonly listedMib: number;
  readonly heapMib: number;
  readonly heapBytesPerPod: number;
  readonly quietCpuCores: number;
  /** With so many changes of pods that are no concern of anybody. */
  readonly churnCpuCores: number;
  readonly usecPerChange: number;
  readonly looksPerSecond: number;
  readonly resizesPerSecond: number;
  readonly milliCoresPerContainer: number;
};

async function measure(size: Size, seconds: number): Promise<Figures> {
  const { nodes, pods, managed } = size;
  const child = fork(SERVER, [
    '--nodes',
    `${nodes}`,
    '--pods',
    `${pods}`,
    '--managed',
    `${managed}`,
  ]);
  const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }];
  const server = `http://127.0.0.1:${port}`;
  const client = createClient({ server, tls: {}, headers: async () => ({}) });
  const heapBefore = heapBytes();
  const operator = new Operator({
    client,
    config: loadConfig({ env: {} }),
    probesFolder: PROBES,
    log() {},
  });
  const ask = async (path: string): Promise<Counts> => (await fetch(server + path)).json() as never;
  try {
    const start = await timed(() => operator.start());
    while (operator.size < managed) await sleep(50);
    const { listedBytes } = await ask('/counts');
    await sleep(3_000);
    const before = await ask('/counts');
    const quiet = await timed(() => sleep(seconds * 1000));
    const after = await ask('/counts');
    await ask(`/churn?perSecond=${CHURN_PER_SECOND}`);
    const churned = await timed(() => sleep(seconds * 1000));
    await ask('/churn?perSecond=0');
    const heap = heapBytes() - heapBefore;
    const perSecond = (key: keyof Counts) => rounded((after[key] - before[key]) / quiet.seconds);
    const quietCores = quiet.cpuSeconds / quiet.seconds;
    const churnCores = churned.cpuSeconds / churned.seconds;
    return {
      ...size,
      startSeconds: rounded(start.seconds),
      startCpuSeconds: rounded(start.cpuSeconds),
      listedMib: rounded(listedBytes / 2 ** 20),
      heapMib: rounded(heap / 2 ** 20),
      heapBytesPerPod: Math.round(heap / pods),
      quietCpuCores: rounded(quietCores),
      churnCpuCores: rounded(churnCores),
      usecPerChange: Math.round(((churnCores - quietCores) / CHURN_PER_SECOND) * 1e6),
      looksPerSecond: perSecond('looks'),
      resizesPerSecond: perSecond('resizes'),
      milliCoresPerContainer: managed === 0 ? 0 : rounded((quietCores / managed) * 1000),
    };
  } finally {
    await operator.close();
    client.close();
    await end(child);
  }
}

async function timed(
  work: () => Promise<unknown>,
): Promise<{ readonly seconds: number; readonly cpuSeconds: number }> {
  const [startMs, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - startMs) / 1000, cpuSeconds: (user + system) / 1e6 };
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function print(clusters: readonly Figures[]): void {
  printTable([
    [
      'nodes/pods/resized',
      'start s',
      'heap MiB',
      'B/pod',
      'µs/change',
      'cores',
      'resizes/s',
      'mcores each',
    ],
    ...clusters.map((one) => [
      `${one.nodes}/${one.pods}/${one.managed}`,
      ...[one.startSeconds, one.heapMib, one.heapBytesPerPod, one.usecPerChange].map(String),
      ...[one.quietCpuCores, one.resizesPerSecond, one.milliCoresPerContainer].map(String),
    ]),
  ]);
}
