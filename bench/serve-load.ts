import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { rounded } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';
import { openStreams, throughput, type Throughput } from './serve/load.ts';
import { BenchServer } from './serve/server.ts';

const CONCURRENT = [1, 8, 64];
const STEERING = 16;
const STREAMS = 1_000;
/** As many as have the least CPU that a run is given, on two cores. */
const AT_ONCE = 20;
const WARM = { max: 16 };
const SLEEPS = 'import time; time.sleep(60)';

type Executions = Throughput & { readonly warmShare: number };

/** `npm run bench -- serve-load`: what one server takes, on the loopback, from one client process. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '10' },
      only: { type: 'string', default: '' },
    },
  });
  const seconds = Number(values.seconds);
  const wanted = (name: string) => values.only === '' || values.only === name;
  const machine = beginBenchmark('serve-load');
  const figures = {
    ...(wanted('executions') && { executions: await withServer((s) => executions(s, seconds)) }),
    ...(wanted('steering') && { steering: await withServer((s) => steering(s, seconds / 2)) }),
    ...(wanted('streams') && { streams: await withServer((s) => openStreams(s, STREAMS)) }),
    ...(wanted('memory') && { memory: await withServer(memory) }),
  };
  print(figures);
  if (values.only === '') writeResult('serve-load', machine, { warm: WARM, figures });
}

async function withServer<Result>(use: (server: BenchServer) => Promise<Result>): Promise<Result> {
  const server = await new BenchServer().start({ warm: WARM });
  try {
    await server.run('python', 'pass');
    await sleep(1_000);
    return await use(server);
  } finally {
    await server.stop();
  }
}

/** From the request to the answer that it has ended. */
async function executions(server: BenchServer, seconds: number): Promise<readonly Executions[]> {
  const all: Executions[] = [];
  for (const concurrent of CONCURRENT) {
    // What is learned from the rate before.
    await throughput(concurrent, 2, () => server.run('python', 'pass'));
    const before = await server.starts('python');
    const figures = await throughput(concurrent, seconds, () => server.run('python', 'pass'));
    const { warm, cold } = await server.starts('python');
    const warmStarts = warm - before.warm;
    const warmShare = rounded(warmStarts / (warmStarts + cold - before.cold));
    all.push({ ...figures, warmShare });
    await sleep(1_000);
  }
  return all;
}

async function steering(server: BenchServer, seconds: number): Promise<Throughput> {
  const json = { language: 'python', code: SLEEPS };
  const { body } = await server.call('POST', '/v1/executions', json);
  const { id } = JSON.parse(body) as { id: string };
  await sleep(1_000);
  let calls = 0;
  const figures = await throughput(STEERING, seconds, async () => {
    const scaling = { priority: 40 + (calls++ % 20) };
    const answer = await server.call('PATCH', `/v1/executions/${id}/scaling`, scaling);
    if (answer.status !== 200) throw new Error(answer.body);
  });
  await server.call('POST', `/v1/executions/${id}/cancel`);
  return figures;
}

/** Resident memory of the server: bare, with executions that wait, and with as many that compute. */
async function memory(server: BenchServer) {
  const before = server.residentBytes();
  const perExecution = async (code: string) => {
    const atFirst = server.residentBytes();
    const json = { language: 'python', code, scaling: { max: { cpuCores: 0.1 } } };
    const begun = await Promise.all(
      Array.from({ length: AT_ONCE }, () => server.call('POST', '/v1/executions', json)),
    );
    await sleep(5_000);
    const bytes = (server.residentBytes() - atFirst) / AT_ONCE;
    for (const { body } of begun) {
      const { id } = JSON.parse(body) as { id: string };
      await server.call('POST', `/v1/executions/${id}/cancel`);
      await server.call('GET', `/v1/executions/${id}?waitMs=20000`);
    }
    return rounded(bytes);
  };
  return {
    serverBytes: before,
    executions: AT_ONCE,
    bytesPerIdle: await perExecution(SLEEPS),
    bytesPerRunning: await perExecution('while True: pass'),
    serverBytesAfter: server.residentBytes(),
  };
}

type Figures = {
  readonly executions?: readonly Executions[];
  readonly steering?: Throughput;
  readonly streams?: Awaited<ReturnType<typeof openStreams>>;
  readonly memory?: Awaited<ReturnType<typeof memory>>;
};

function print({ executions: runs = [], steering: steered, streams, memory: used }: Figures): void {
  const row = (name: string, { perSecond, p50Ms, p99Ms }: Throughput, warm: string) => [
    ...[name, perSecond.toFixed(1), p50Ms.toFixed(1), p99Ms.toFixed(1), warm],
  ];
  printTable([
    ['', 'per second', 'p50 ms', 'p99 ms', 'started warm'],
    ...runs.map((run) =>
      row(`executions, ${run.concurrent} at once`, run, `${(run.warmShare * 100).toFixed(0)} %`),
    ),
    ...(steered ? [row(`steering, ${steered.concurrent} at once`, steered, '')] : []),
  ]);
  process.stdout.write(`\n${JSON.stringify({ streams, memory: used }, null, 2)}\n`);
}
