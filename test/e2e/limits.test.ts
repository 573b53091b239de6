import { expect } from 'vitest';
import { requires } from '../capabilities.ts';
import { test } from './box.ts';

test('a fork bomb is held at --max-processes and ended by --timeout', async ({ box, skip }) => {
  requires({ skip }, 'cgroup-v1');
  const limits = ['--max-processes', '30', '--timeout', '3s', '--grace', '500ms'];
  const { exitCode, stdout, stderr, summary } = await box.run([
    ...limits,
    box.program('fork-bomb.py'),
  ]);
  expect(stdout.toString()).toBe('refused\n');
  expect(exitCode).toBe(124);
  expect(summary).toMatchObject({
    outcome: 'timed-out',
    notes: [{ code: 'timed-out' }, { code: 'process-limit' }],
  });
  expect(stderr).toMatch(/\d+ new processes were refused at the limit of 30 processes and threads/);
});

test('a full /tmp is an error of the program, with a note that says what it was', async ({
  box,
}) => {
  const { exitCode, stderr, summary } = await box.run([
    '--tmp-size',
    '8Mi',
    box.program('fill-tmp.py'),
  ]);
  expect(exitCode).toBe(1);
  expect(summary).toMatchObject({ outcome: 'failed', notes: [{ code: 'tmp-full' }] });
  expect(stderr).toContain('No space left on device');
  expect(stderr).toContain('/tmp is full (8Mi of 8Mi). Raise --tmp-size.');
});

test('endless output ends the run, and the record of it stays small', async ({ box }) => {
  const { exitCode, stdout, stderr, summary } = await box.run([
    '--max-output',
    '50Mi',
    '--',
    'yes',
  ]);
  expect(exitCode).toBe(153);
  expect(summary).toMatchObject({
    outcome: 'output-exceeded',
    notes: [{ code: 'output-exceeded' }],
  });
  expect(stdout.length).toBe(50 * 2 ** 20);
  expect(stderr).toContain('Ended: it wrote more than 50Mi of output. Raise --max-output.');
  const logs = await box.limber(['logs', 'last', '--stdout']);
  expect(logs.stdout.length).toBeGreaterThan(2 ** 20);
  expect(logs.stdout.length).toBeLessThanOrEqual(16 * 2 ** 20);
  expect(logs.stderr).toMatch(/were not kept/);
});

test('--timeout asks the program to end, which may answer', async ({ box }) => {
  const { exitCode, stdout, stderr, summary } = await box.run([
    '--timeout',
    '1s',
    box.program('answers.py'),
  ]);
  expect(stdout.toString()).toBe('ready\ngoodbye SIGTERM\n');
  expect(exitCode).toBe(124);
  expect(summary).toMatchObject({ outcome: 'timed-out', notes: [{ code: 'timed-out' }] });
  expect(stderr).toContain('Ended after 1 s, as --timeout asked.');
});

test('--timeout kills a program that ignores SIGTERM', async ({ box }) => {
  const limits = ['--timeout', '1s', '--grace', '300ms'];
  const { exitCode, stderr, summary } = await box.run([...limits, box.program('stubborn.py')]);
  expect(exitCode).toBe(124);
  expect(summary).toMatchObject({ outcome: 'timed-out', signal: 'SIGKILL' });
  expect(stderr).toContain('it did not end on SIGTERM within 0.3 s and was killed');
});

test('what the program started in the background ends with it', async ({ box }) => {
  const script = 'setsid sleep 1000 & (trap "" TERM HUP; sleep 1000) & echo started';
  const { exitCode, stdout } = await box.run(['--', 'sh', '-c', script]);
  expect([exitCode, stdout.toString()]).toEqual([0, 'started\n']);
});
