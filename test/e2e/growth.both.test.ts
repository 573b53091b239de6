import { expect } from 'vitest';
import { CAPABILITIES } from '../capabilities.ts';
import { test } from './box.ts';

const MIB = 2 ** 20;
/** The second machine has 2 GiB in all and a slow processor. */
const isSmall = CAPABILITIES['inside-user-mode-linux']();
const MEBIBYTES = isSmall ? 200 : 600;

test('a program that grows at full speed below its maximum is stalled, never killed', async ({
  box,
}) => {
  const script = box.program('grow.py');
  const args = ['--max-memory', '1Gi', '--memory', '32Mi', script, String(MEBIBYTES)];
  const { exitCode, stdout, summary, stderr } = await box.run(args);
  expect(stderr).toContain('succeeded');
  expect([exitCode, stdout.toString()]).toEqual([0, `grown ${MEBIBYTES}\n`]);
  expect(summary).toMatchObject({ outcome: 'succeeded', mode: 'enforce', notes: [] });
  expect(summary?.memory.peakBytes).toBeGreaterThan(MEBIBYTES * MIB);
  expect(summary?.resizes.memory).toBeGreaterThan(0);
  const largest = Math.max(...(summary?.decisions ?? []).map(({ to }) => to.memoryBytes));
  expect(largest).toBeGreaterThan(MEBIBYTES * MIB);
  expect(largest).toBeLessThanOrEqual(1024 * MIB);
});

test('a program that needs more than its maximum ends as memory-exhausted', async ({ box }) => {
  const args = ['--max-memory', '150Mi', box.program('grow.py'), '400'];
  const { exitCode, stdout, summary, stderr } = await box.run(args);
  expect([exitCode, stdout.toString()]).toEqual([137, '']);
  expect(summary).toMatchObject({
    outcome: 'memory-exhausted',
    exitCode: 137,
    notes: [{ code: 'memory-exhausted' }],
  });
  expect(summary?.memory.peakBytes).toBeLessThanOrEqual(150 * MIB);
  expect(stderr).toContain('Ended: it needs more memory than its maximum of 150Mi.');
  expect(stderr).toContain('Memory in the last minute');
});

test('static with too little memory ends as memory-exhausted', async ({ box }) => {
  const args = ['--policy', 'static', '--memory', '64Mi', box.program('grow.py'), '100'];
  const { exitCode, summary, stderr } = await box.run(args);
  expect(exitCode).toBe(137);
  expect(summary).toMatchObject({
    outcome: 'memory-exhausted',
    exitCode: 137,
    notes: [{ code: 'memory-exhausted' }],
  });
  expect(stderr).toContain('needs more memory than its maximum of 64Mi');
});
