import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { test } from './box.ts';

const MIB = 2 ** 20;

test('five random megabytes pass through stdout and stderr byte for byte', async ({ box }) => {
  const [out, err] = [randomBytes(5 * MIB), randomBytes(5 * MIB)];
  const args = [box.program('binary.py'), box.write('out', out), box.write('err', err)];
  const limber = box.start(['run', '--quiet', ...args]);
  const stderr: Buffer[] = [];
  limber.child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  const { stdout, exitCode } = await limber.ended;
  expect(exitCode).toBe(0);
  expect(stdout.equals(out)).toBe(true);
  expect(Buffer.concat(stderr).equals(err)).toBe(true);
});

test('a pipe feeds the program as far as it reads, to the last byte', async ({ box }) => {
  const input = randomBytes(3 * MIB);
  const whole = await box.run(['--quiet', '--', 'cat'], { stdin: input });
  expect(whole.stdout.equals(input)).toBe(true);
  const part = await box.run(['--quiet', '--', 'head', '-c', '10'], { stdin: input });
  expect(part.stdout.equals(input.subarray(0, 10))).toBe(true);
  expect(part.exitCode).toBe(0);
});

test('--stdin feeds a file, also one outside the current folder', async ({ box }) => {
  box.write('input', 'from a file');
  const { stdout } = await box.run(['--stdin', 'input', '--', 'cat'], { stdin: 'not this' });
  expect(stdout.toString()).toBe('from a file');
  const missing = await box.run(['--stdin', 'nothing', '--', 'cat']);
  expect(missing.exitCode).toBe(66);
  expect(missing.stderr).toMatch(/^limber: Cannot read .*nothing: /);
});

test("the program's exit code is Limber's", async ({ box }) => {
  const { exitCode, summary } = await box.run(['--', 'sh', '-c', 'exit 42']);
  expect(exitCode).toBe(42);
  expect(summary).toMatchObject({ outcome: 'failed', exitCode: 42, signal: null });
});

test('a signal that ends the program is told, and is 128 + its number', async ({ box }) => {
  const { exitCode, summary, stderr } = await box.run(['--', 'sh', '-c', 'kill -SEGV $$']);
  expect(exitCode).toBe(139);
  expect(summary).toMatchObject({ outcome: 'failed', exitCode: 139, signal: 'SIGSEGV' });
  expect(stderr).toContain('ended by SIGSEGV');
});

test('--env sets a variable or copies it, and nothing else of the caller is seen', async ({
  box,
}) => {
  const print = 'echo "$SET|$COPIED|$SECRET"';
  const args = ['--env', 'SET=a=b', '-e', 'COPIED', '--', 'sh', '-c', print];
  const { stdout } = await box.run(args, { env: { COPIED: 'from here', SECRET: 'no' } });
  expect(stdout.toString()).toBe('a=b|from here|\n');
});

test('a reader that goes away ends the program as a pipe would', async ({ box }) => {
  const { stdout, exitCode, stderr } = await box.limber(['run', '--', 'yes', 'no'], {
    through: (limber) => ['bash', '-c', '"$@" | head -1; exit ${PIPESTATUS[0]}', 'bash', ...limber],
  });
  expect(stdout.toString()).toBe('no\n');
  expect(exitCode).toBe(141);
  expect(stderr).toContain('SIGPIPE');
});

test('a closed stderr changes nothing for the program', async ({ box }) => {
  const { stdout, exitCode, summary } = await box.run(['--', 'sh', '-c', 'echo out; exit 5'], {
    through: (limber) => ['sh', '-c', 'exec "$@" 2>&-', 'sh', ...limber],
  });
  expect([stdout.toString(), exitCode]).toEqual(['out\n', 5]);
  expect(summary).toMatchObject({ outcome: 'failed', exitCode: 5 });
});

test('closed input and output do not stop a program that needs neither', async ({ box }) => {
  const { exitCode, summary } = await box.run(['--', 'sh', '-c', 'exit 6'], {
    through: (limber) => ['sh', '-c', 'exec "$@" 0<&- 1>&- 2>&-', 'sh', ...limber],
  });
  expect(exitCode).toBe(6);
  expect(summary).toMatchObject({ outcome: 'failed', exitCode: 6 });
});
