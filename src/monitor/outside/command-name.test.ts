import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { commandName } from './command-name.ts';

const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

/** The kernel's name of a process that runs, and what it is called. */
async function namesOf(command: string, ...args: readonly string[]) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  await once(child.stdout, 'data');
  const kernel = readFileSync(`/proc/${child.pid}/comm`, 'utf8').trim();
  return [kernel, commandName(child.pid!, kernel)];
}

test('a program that names its main thread is called by its file', async () => {
  const script = 'console.log(1); setInterval(() => {}, 1000)';
  expect(await namesOf(process.execPath, '-e', script)).toEqual(['MainThread', 'node']);
  // A title is its own word.
  const titled = `process.title = 'a task'; ${script}`;
  expect(await namesOf(process.execPath, '-e', titled)).toEqual(['a task', 'a task']);
});

test('a command is called what the kernel calls it', async () => {
  expect(await namesOf('sh', '-c', 'echo; sleep 9; :')).toEqual(['sh', 'sh']);
  expect(await namesOf('python3', '-uc', 'import time; print(1); time.sleep(9)')).toEqual([
    'python3',
    'python3',
  ]);
});

test('of a process that is gone the kernel name stands', () => {
  expect(commandName(2 ** 30, 'cc1')).toBe('cc1');
});
