import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { RunSummary } from '#model/summary.ts';
import { requires } from '../capabilities.ts';
import { test, type Box } from './box.ts';
import { until } from './limber.ts';
import { quotasOf } from './quotas.ts';

const MIB = 2 ** 20;
/** The node of these tests is smaller than the machine: one core that everybody wants. */
const ONE_CORE = { node: { cpuCores: 1 } };

function configured(box: Box, config: object): { env: Record<string, string> } {
  const path = join(box.current, box.write('config.json', JSON.stringify(config)));
  return { env: { LIMBER_CONFIG: path } };
}

type Decisions = RunSummary['decisions'];
const because = (decisions: Decisions | undefined, signal: string) =>
  (decisions ?? []).filter(({ reasons }) => reasons.some((reason) => reason.signal === signal));

test('a lower priority gives way to a higher one, and limber explain says to whom', async ({
  box,
  skip,
}) => {
  requires({ skip }, 'cgroup-v1');
  const options = configured(box, ONE_CORE);
  const script = box.program('compute.py');
  const low = box.start(['run', '--priority', '20', script, '6'], options);
  await low.prints('computing');
  const high = await box.run(['--priority', '90', script, '2'], options);
  expect([high.exitCode, (await low.ended).exitCode]).toEqual([0, 0]);
  const id = high.summary!.execution;
  const [lowId] = (await box.limber(['ps', '--all', '--quiet'])).stdout
    .toString()
    .split('\n')
    .filter((line) => line !== '' && line !== id);
  const shown = await box.limber(['show', lowId!, '--json']);
  expect(shown.exitCode).toBe(0);
  const { stdout } = await box.limber(['explain', lowId!]);
  expect(oneLine(stdout)).toContain(`it gave way to run ${id} (priority 90)`);
  // Once the lower one gave way, most of the core was the higher one's.
  const cores = high.summary!.decisions.map(({ to }) => to.cpuCores);
  expect(Math.max(high.summary!.initial.cpuCores, ...cores)).toBeGreaterThan(0.8);
});

test('runs of equal priority share by weight, and none is below its minimum', async ({
  box,
  skip,
}) => {
  requires({ skip }, 'cgroup-v1');
  const options = configured(box, ONE_CORE);
  const script = box.program('compute.py');
  const run = (weight: string) => box.run(['--weight', weight, script, '4'], options);
  const [light, heavy] = await Promise.all([run('1'), run('3')]);
  expect([light.exitCode, heavy.exitCode], light.stderr + heavy.stderr).toEqual([0, 0]);
  const least = (summary?: RunSummary) =>
    Math.min(...summary!.decisions.map(({ to }) => to.cpuCores));
  expect(least(light.summary)).toBeGreaterThanOrEqual(0.1 - 1e-6);
  expect(light.summary!.cpu.reservedCoreSeconds).toBeLessThan(
    heavy.summary!.cpu.reservedCoreSeconds,
  );
});

test('who has spent its CPU budget goes on with its minimum, and is told', async ({
  box,
  skip,
}) => {
  requires({ skip }, 'cgroup-v1');
  const script = box.program('compute.py');
  const { exitCode, stderr, summary } = await box.run(['--budget-cpu', '1', script, '3']);
  expect([exitCode, summary?.outcome]).toEqual([0, 'succeeded']);
  expect(summary?.notes.map(({ code }) => code)).toEqual(['budget-spent']);
  expect(stderr).toContain('the budget of 1 core-seconds is spent');
  const [held] = because(summary?.decisions, 'budget.cpu');
  expect(held?.to.cpuCores).toBeCloseTo(0.1);
  const { stdout } = await box.limber(['explain', 'last']);
  expect(oneLine(stdout)).toContain('the budget of 1 core-seconds is spent: held to its minimum');
});

test('who has spent its memory budget and needs more ends as budget-exhausted', async ({
  box,
  skip,
}) => {
  requires({ skip }, 'cgroup-v1');
  const args = ['--budget-memory', '0.01', box.program('grow.py'), '400', '1'];
  const { exitCode, stderr, summary } = await box.run(args);
  expect([exitCode, summary?.outcome]).toEqual([152, 'budget-exhausted']);
  expect(stderr).toContain(
    'Ended: it needs more memory, and its budget of 0.01 GiB-seconds is spent.',
  );
});

test('a tenant is held to its quota, and a run too many is refused with 75', async ({
  box,
  skip,
}) => {
  requires({ skip }, 'cgroup-v1');
  const tenants = { small: { cpuCores: 0.5, memoryBytes: '200Mi', maxRuns: 1 } };
  const options = configured(box, { tenants });
  const script = box.program('compute.py');
  const first = box.start(['run', '--tenant', 'small', script, '7'], options);
  await first.prints('computing');
  const refused = await box.limber(['run', '--tenant', 'small', script, '1'], options);
  expect(refused.exitCode).toBe(75);
  expect(refused.stderr).toContain(
    'Tenant small has used its quota of 1 runs at a time: 1 run. Wait for one of its runs to end',
  );
  const other = await box.run(['--tenant', 'large', script, '0.1'], options);
  expect(other.exitCode).toBe(0);
  expect((await first.ended).exitCode).toBe(0);
});

test('a tenant’s runs never hold more than its quota together', async ({ box, skip }) => {
  requires({ skip }, 'cgroup-v1');
  const options = configured(box, { tenants: { '*': { cpuCores: 0.6 } } });
  const script = box.program('compute.py');
  const run = () => box.run(['--tenant', 'anyone', script, '3'], options);
  const both = Promise.all([run(), run()]);
  let [ended, most, atOnce] = [false, 0, 0];
  void both.finally(() => (ended = true));
  while (!ended) {
    const quotas = quotasOf(box);
    atOnce = Math.max(atOnce, quotas.length);
    most = Math.max(
      most,
      quotas.reduce((sum, cores) => sum + cores, 0),
    );
    await sleep(5);
  }
  const runs = await both;
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(atOnce).toBe(2);
  expect(most).toBeGreaterThan(0.5);
  expect(most).toBeLessThanOrEqual(0.6 + 1e-6);
  const refused = runs.flatMap(({ summary }) => because(summary?.decisions, 'tenant.quota'));
  expect(refused.length).toBeGreaterThan(0);
});

test('memory is overcommitted as far as the configuration says, and no further', async ({
  box,
  skip,
}) => {
  requires({ skip }, 'cgroup-v1');
  const node = { memoryBytes: '512Mi', reservedMemoryBytes: '128Mi', burstMemoryBytes: '64Mi' };
  const big = ['--memory', '300Mi', '--min-memory', '300Mi', '--', 'sleep'];
  const plain = configured(box, { node });
  const first = box.start(['run', ...big, '9'], plain);
  await until(() => first.child.exitCode !== null || runs(box) > 0);
  const refused = await box.limber(['run', '--min-memory', '301Mi', '--', 'true'], plain);
  expect([refused.exitCode, refused.stderr]).toEqual([
    75,
    expect.stringContaining('No free capacity: the run needs at least 301Mi of memory'),
  ]);
  expect((await first.ended).exitCode).toBe(0);
  const double = configured(box, { node: { ...node, memoryRatio: 2 } });
  const both = await Promise.all([box.run([...big, '1'], double), box.run([...big, '1'], double)]);
  expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(both[0].summary?.initial.memoryBytes).toBe(300 * MIB);
});

function oneLine(text: Buffer): string {
  return text.toString().replaceAll(/\s+/g, ' ');
}

function runs({ home }: Box): number {
  const work = `${home}/work`;
  return existsSync(work) ? readdirSync(work).length : 0;
}
