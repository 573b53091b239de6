import { setTimeout as sleep } from 'node:timers/promises';
import { spentDuring, withPage, type Spent } from './dashboard/page.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { quantile, rounded } from './measure/statistics.ts';
import { BenchServer } from './serve/server.ts';

const EXECUTIONS = 200;
const OBSERVED_MS = 20_000;
const START_DEADLINE_MS = 180_000;
/** Each moves a little now and then, so that every row of the page has something new. */
const MOVES = 'while :; do sleep 0.5; : $((1 + 1)); done';

/** `npm run bench -- dashboard`: the page's main thread with many executions on it. Needs `npm run build`. */
export async function bench(): Promise<void> {
  const machine = beginBenchmark('dashboard');
  const server = await new BenchServer().start(
    { maxRunning: EXECUTIONS, maxQueued: EXECUTIONS },
    { node: { cpuRatio: EXECUTIONS } },
  );
  try {
    await begin(server);
    const list = await withPage(async (page, debug) => {
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
    process.stdout.write(`${JSON.stringify(list, null, 2)}\n`);
    writeResult('dashboard', machine, { executions: EXECUTIONS, list });
  } finally {
    await server.stop();
  }
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

async function begin(server: BenchServer): Promise<void> {
  for (let index = 0; index < EXECUTIONS; index++)
    await server.call('POST', '/v1/executions', {
      language: 'shell',
      code: MOVES,
      labels: { number: String(index) },
    });
  const until = Date.now() + START_DEADLINE_MS;
  while ((await running(server)) < EXECUTIONS && Date.now() < until) await sleep(500);
  process.stdout.write(`${await running(server)} of ${EXECUTIONS} run\n`);
}

async function running(server: BenchServer): Promise<number> {
  const { body } = await server.call('GET', '/v1/node');
  return (JSON.parse(body) as { running: number }).running;
}
