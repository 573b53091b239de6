import { expect } from 'vitest';
import { test } from './box.ts';

test('a Python script gets its arguments, its input and the variables it is given', async ({
  box,
}) => {
  const script = box.program('hello.py');
  const args = [script, '--env', 'GREETING=hi', 'a b', '--', '--verbose'];
  const { exitCode, stdout, summary } = await box.run(args, { stdin: 'from a pipe' });
  expect(stdout.toString()).toBe("python ['a b', '--verbose'] from a pipe hi\n");
  expect(exitCode).toBe(0);
  expect(summary).toMatchObject({ outcome: 'succeeded', language: 'python', runtime: 'process' });
});

test('a JavaScript program runs', async ({ box }) => {
  const { stdout, summary } = await box.run([box.program('hello.js'), 'one', 'two']);
  expect(stdout.toString()).toBe('javascript one two\n');
  expect(summary).toMatchObject({ outcome: 'succeeded', language: 'javascript' });
});

test('a TypeScript program runs without being compiled', async ({ box }) => {
  const { stdout, summary } = await box.run([box.program('hello.ts'), 'one']);
  expect(stdout.toString()).toBe('typescript one\n');
  expect(summary).toMatchObject({ outcome: 'succeeded', language: 'typescript' });
});

test('a shell script runs in the shell that its first line names', async ({ box }) => {
  const { stdout, summary } = await box.run([box.program('hello.sh'), 'one']);
  expect(stdout.toString()).toBe('shell one\n');
  expect(summary).toMatchObject({ outcome: 'succeeded', language: 'shell' });
});

test('--language says what the ending does not', async ({ box }) => {
  const script = box.write('job', 'import sys; print(sys.version_info.major)\n');
  const { stdout, exitCode } = await box.run([script, '--language', 'python']);
  expect([stdout.toString(), exitCode]).toEqual(['3\n', 0]);
});

test('a script in a folder with a space and an odd name runs', async ({ box }) => {
  const script = box.program('hello.py', "it's, a: script (1).py");
  const { stdout } = await box.run([script, 'x']);
  expect(stdout.toString()).toBe("python ['x']  None\n");
});

test('a command after -- is found through PATH and gets its options', async ({ box }) => {
  const { stdout, summary } = await box.run(['--quiet', '--', 'printf', '%s-%s', '-n', '--help']);
  expect(stdout.toString()).toBe('-n---help');
  expect(summary).toMatchObject({ outcome: 'succeeded', language: 'unknown' });
});
