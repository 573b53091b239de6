import { setTimeout as sleep } from 'node:timers/promises';
import { benchCharts } from './dashboard/charts.ts';
import { spentDuring, withPage, type Spent } from './dashboard/page.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { quantile, rounded } from './measure/statistics.ts';
import { BenchServer } from './serve/server.ts';

const EXECUTIONS = 200;
const OBSERVED_MS = 20_000;
/** As many as have the least CPU that a run is given, on two cores; the others wait. */
const RUNNING = 20;
const DEADLINE_MS = 60_000;

/**
 * `npm run bench -- dashboard`: the page's main thread with many executions on it, and frames while
 * charts of many points are looked at. Needs `npm run build`.
 */
export async function bench(): Promise<void> {
  const machine = beginBenchmark('dashboard');
  const charts = await withServer({}, benchCharts);
  const list = await withServer({ maxRunning: RUNNING, maxQueued: EXECUTIONS }, benchList);
  process.stdout.write(`${JSON.stringify({ list, charts }, null, 2)}\n`);
  writeResult('dashboard', machine, { executions: EXECUTIONS, running: RUNNING, list, charts });
}

async function withServer<Result>(
  settings: object,
  use: (server: BenchServer) => Promise<Result>,
): Promise<Result> {
  const server = await new BenchServer().start(settings);
  try {
    return await use(server);
  } finally {
    await endAll(server);
    await server.stop();
  }
}

async function benchList(server: BenchServer) {
  await begin(server);
  return withPage(async (page, debug) => {
    await page.goto(server.url);
    await page.getByText(`${EXECUTIONS} shown`).waitFor();
    await page.evaluate(OBSERVE);
    let updates = 0;
    page.on('response', (response) => {
      if (response.url().includes('/v1/executions')) updates++;
    });
    const spent = await spentDuring(debug, () => sleep(OBSERVED_MS));
    const long = await page.evaluate<readonly number[]>('globalThis.longTasks');
    return figures(spent, updates, long);
  });
}

/** Tasks of more than 50 ms are what people feel (W3C, Long Tasks). */
const OBSERVE = `globalThis.longTasks = [];
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) globalThis.longTasks.push(duration);
}).observe({ type: 'longtask' });`;

function figures(spent: Spent, updates: number, long: readonly number[]) {
  const perUpdateMs = (seconds: number) => rounded((seconds * 1000) / updates);
  return {
    updates,
    mainThreadMsPerUpdate: perUpdateMs(spent.taskSeconds),
    scriptMsPerUpdate: perUpdateMs(spent.scriptSeconds),
    layoutMsPerUpdate: perUpdateMs(spent.layoutSeconds),
    styleMsPerUpdate: perUpdateMs(spent.styleSeconds),
    busyShare: rounded(spent.taskSeconds / (OBSERVED_MS / 1000)),
    tasksOver50Ms: long.length,
    longestTaskMs: rounded(long.length === 0 ? 0 : quantile(long, 1)),
  };
}

/** Shells that wait: the page is measured, and not the machine under their work. */
async function begin(server: BenchServer): Promise<void> {
  for (let index = 0; index < EXECUTIONS; index++)
    await server.call('POST', '/v1/executions', {
      command: ['sleep', '600'],
      labels: { number: String(index) },
    });
  await until(async () => (await counts(server)).running >= RUNNING);
}

/** What runs would outlive the server. */
async function endAll(server: BenchServer): Promise<void> {
  const { body } = await server.call('GET', `/v1/executions?limit=${EXECUTIONS}`);
  const { executions } = JSON.parse(body) as { executions: { id: string }[] };
  for (const { id } of executions) await server.call('POST', `/v1/executions/${id}/cancel`);
  await until(async () => {
    const { running, queued } = await counts(server);
    return running + queued === 0;
  });
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await isTrue()) && Date.now() < deadline) await sleep(250);
}

async function counts(server: BenchServer) {
  const { body } = await server.call('GET', '/v1/node');
  return JSON.parse(body) as { running: number; queued: number };
}
