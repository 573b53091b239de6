import { expect } from 'vitest';
import { requires } from '../capabilities.ts';
import { test, type Box } from './box.ts';

test('a running run is resized by hand, stays so until unlocked, and says why', async ({
  box,
  skip,
}) => {
  requires({ skip }, 'cgroup-v1');
  const running = box.start(['run', box.program('waits.py'), '--max-memory', '1Gi']);
  await running.prints('ready');
  expect(await said(box, 'resize', 'last', '--memory', '700Mi', '--cpu', '1.5')).toMatch(
    /set to 1\.5, 700Mi and locked/,
  );
  // An idle program's size would fall at once if nothing held it.
  const { locked } = await after(box, 1.5);
  expect(locked).toMatchObject({ cpuCores: 1.5, memoryBytes: 700 * 2 ** 20 });
  expect(await said(box, 'unlock', 'last')).toContain('follows the policy again');
  await expect.poll(async () => (await newest(box)).cpuCores, { timeout: 20_000 }).toBeLessThan(1);
  const explained = () => said(box, 'explain', 'last', '--all');
  await expect
    .poll(explained, { timeout: 20_000 })
    .toMatch(/At [\d.]+ s by hand: its size follows the policy again\./);
  expect(await explained()).toContain('somebody set it by hand');
  running.child.kill('SIGTERM');
  await running.ended;
});

test('settings are changed on a running run, all of them or none', async ({ box, skip }) => {
  requires({ skip }, 'cgroup-v1');
  const running = box.start(['run', box.program('waits.py'), '--policy', 'threshold']);
  await running.prints('ready');
  const both = ['thresholds.highCpu=0.7', 'optimize.memory=cost'];
  expect(await said(box, 'set', 'last', ...both)).toContain('thresholds.highCpu is 0.7');
  const wrong = await box.limber(['set', 'last', 'factors.cpuCores=2', 'thresholds.highCpu=7']);
  expect(wrong).toMatchObject({ exitCode: 64 });
  expect(wrong.stderr).toContain('thresholds.highCpu: expected a number of at most 1, got 7');
  // The record is written in batches.
  await expect
    .poll(() => said(box, 'explain', 'last'), { timeout: 20_000 })
    .toContain('by hand: thresholds.highCpu is 0.7, optimize.memory is cost');
  running.child.kill('SIGTERM');
  await running.ended;
});

test('a run that has ended cannot be changed', async ({ box }) => {
  await box.run([box.program('hello.py')]);
  const { exitCode, stderr } = await box.limber(['lock', 'last']);
  expect([exitCode, stderr]).toEqual([66, expect.stringContaining('has ended (succeeded)')]);
});

async function said(box: Box, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await box.limber(args);
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout.toString().replace(/\n +/g, ' ');
}

type Allocated = { readonly cpuCores: number; readonly memoryBytes: number };

async function newest(box: Box): Promise<Allocated> {
  const { timeline } = JSON.parse(await said(box, 'show', 'last', '--json')) as {
    timeline: readonly { allocation: Allocated }[];
  };
  return timeline.at(-1)?.allocation ?? { cpuCores: NaN, memoryBytes: NaN };
}

/** Waits until the record shows so many cores. */
async function after(box: Box, cpuCores: number): Promise<{ locked: Allocated }> {
  await expect.poll(async () => (await newest(box)).cpuCores, { timeout: 20_000 }).toBe(cpuCores);
  return { locked: await newest(box) };
}
