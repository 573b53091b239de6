import { expect } from 'vitest';
import { LIMBER, until } from './limber.ts';
import { test } from './box.ts';
import { openTerminal } from './terminal.ts';

test.for(['SIGINT', 'SIGTERM'] as const)(
  '%s reaches the program, which may answer',
  async (signal, { box }) => {
    const running = box.start(['run', box.program('answers.py')]);
    await running.prints('ready');
    running.child.kill(signal);
    const { exitCode, stdout, stderr } = await running.ended;
    expect(stdout.toString()).toBe(`ready\ngoodbye ${signal}\n`);
    expect(exitCode).toBe(3);
    // Ctrl-C is the user's word to the program; SIGTERM is somebody's word to Limber.
    expect(stderr).toContain(signal === 'SIGTERM' ? 'cancelled' : 'failed');
  },
);

test('a program that dies of an interrupt was cancelled', async ({ box }) => {
  const running = box.start(['run', '--json', '--', 'sh', '-c', 'echo ready; exec sleep 100']);
  await running.prints('ready');
  running.child.kill('SIGINT');
  const { exitCode, stderr } = await running.ended;
  expect(exitCode).toBe(130);
  expect(JSON.parse(stderr)).toMatchObject({ outcome: 'cancelled', signal: 'SIGINT' });
});

test('SIGTERM ends a program that ignores it, after the grace time', async ({ box }) => {
  const running = box.start(['run', '--json', '--grace', '300ms', box.program('stubborn.py')]);
  await running.prints('ready');
  running.child.kill('SIGTERM');
  const { exitCode, stderr } = await running.ended;
  expect(exitCode).toBe(137);
  expect(JSON.parse(stderr)).toMatchObject({ outcome: 'cancelled', signal: 'SIGKILL' });
});

test('the third Ctrl-C ends a program that ignores the others', async ({ box }) => {
  const running = box.start(['run', '--json', box.program('stubborn.py')]);
  await running.prints('ready');
  for (const _ of [1, 2, 3]) {
    running.child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { stderr } = await running.ended;
  expect(JSON.parse(stderr)).toMatchObject({ outcome: 'cancelled', signal: 'SIGKILL' });
});

test('Ctrl-C on a terminal reaches the program once, and Limber lives to tell', async ({ box }) => {
  const script = box.program('answers.py');
  const terminal = openTerminal([...LIMBER, 'run', script], box);
  await until(() => terminal.shown().includes('ready'));
  terminal.type('\u0003');
  const exitCode = await terminal.ended;
  expect(terminal.shown()).toMatch(/goodbye SIGINT\r\n/);
  expect(terminal.shown().match(/goodbye/g)).toHaveLength(1);
  expect(terminal.shown()).toMatch(/failed.* after /);
  expect(exitCode).toBe(3);
});

test('on a terminal there is a live line, which is gone in the end', async ({ box }) => {
  const args = ['run', '--', 'sh', '-c', 'sleep 1; echo done'];
  const terminal = openTerminal([...LIMBER, ...args], box);
  expect(await terminal.ended).toBe(0);
  const shown = terminal.shown();
  expect(shown).toContain('CPU');
  // Erased before the program writes.
  expect(shown).toContain('\r\u001B[Kdone\r\n');
});
