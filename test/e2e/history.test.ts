import { expect } from 'vitest';
import type { Learned } from '#record/history/learned.ts';
import { test, type Box } from './box.ts';

type Known = readonly {
  readonly fingerprint: string;
  readonly title: string;
  readonly estimate: { readonly runs: number; readonly peakMemoryBytes: { readonly p50: number } };
}[];

test('what runs teach is shown, exported and forgotten', async ({ box }) => {
  expect((await box.limber(['history'])).stdout.toString()).toBe('Nothing was learned yet.\n');
  const script = box.program('grow.py');
  await box.run([script, '60']);
  await box.run([script, '60']);
  await box.run([script, '120']);
  const known = await exported(box);
  expect(known.map(({ title, estimate }) => [title, estimate.runs])).toEqual([
    ['grow.py 120', 1],
    ['grow.py 60', 2],
  ]);
  // Ten readings a second are recorded: the last step before the end may lie between two.
  const [most, sixty] = known;
  expect(most!.estimate.peakMemoryBytes.p50).toBeGreaterThan(sixty!.estimate.peakMemoryBytes.p50);
  const code = sixty!.fingerprint.slice(0, 10);
  const table = (await box.limber(['history'])).stdout.toString();
  expect(table).toMatch(new RegExp(`^${code} +2 .* grow\\.py 60$`, 'm'));
  expect((await box.limber(['history', code])).stdout.toString()).not.toContain('120');
});

test('a run that its maximum ended teaches what it held, and nothing that was invented for it', async ({
  box,
}) => {
  const maximum = 64 * 2 ** 20;
  const { summary } = await box.run(['--max-memory', '64Mi', box.program('grow.py'), '400']);
  expect(summary?.outcome).toBe('memory-exhausted');
  const { stdout } = await box.limber(['history', '--json']);
  const [{ estimate }] = JSON.parse(stdout.toString()) as [Learned];
  const { peakMemoryBytes, course } = estimate;
  // Bins of a sketch are some percent wide.
  const held = Math.min(summary!.memory.peakWorkingSetBytes!, maximum) * 1.05;
  expect(peakMemoryBytes).toMatchObject({ atLeast: true });
  expect(peakMemoryBytes.p50).toBeGreaterThan(maximum / 2);
  for (const learned of [peakMemoryBytes.max, ...course.map((part) => part.memoryWorkingSetBytes)])
    expect(learned).toBeLessThanOrEqual(held);
});

test('nothing is forgotten by accident', async ({ box }) => {
  const script = box.program('grow.py');
  for (const megabytes of ['20', '40', '60']) await box.run([script, megabytes]);
  const [{ fingerprint } = { fingerprint: '' }] = await exported(box);
  const asked = await box.limber(['history', '--forget', '--all']);
  expect([asked.exitCode, asked.stderr]).toEqual([64, expect.stringContaining('needs a yes')]);
  const dry = await box.limber(['history', '--forget', '--all', '--dry-run']);
  expect(dry.stdout.toString()).toBe('Would forget what was learned of 3 programs.\n');
  await box.limber(['history', '--forget', '--older-than', '30d', '--yes']);
  expect(await exported(box)).toHaveLength(3);
  await box.limber(['history', fingerprint, '--forget', '--yes']);
  expect(await exported(box)).toHaveLength(2);
  const gone = await box.limber(['history', fingerprint]);
  expect([gone.exitCode, gone.stderr]).toEqual([66, expect.stringContaining('limber history')]);
  await box.limber(['history', '--forget', '--all', '--yes']);
  expect(await exported(box)).toEqual([]);
});

test('a request that does not say what to forget is refused', async ({ box }) => {
  for (const args of [['--forget'], ['abc', '--forget', '--all'], ['--all'], ['--yes']]) {
    const { exitCode, stderr } = await box.limber(['history', ...args]);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining('--forget')]);
  }
});

async function exported(box: Box): Promise<Known> {
  const { stdout } = await box.limber(['history', '--json']);
  return JSON.parse(stdout.toString()) as Known;
}
