import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { LivingProcesses } from './living-processes.ts';

/** A shell that has said something. */
async function started(command: string) {
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
  const [said] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, pid: child.pid!, said: String(said).trim(), held: child.stdio[3] as Writable };
}

test('a process is there until it has ended', async () => {
  const { child, pid } = await started('echo; exec sleep 60');
  const living = new LivingProcesses(() => [process.pid, pid]);
  expect([living.has(pid), living.has(pid), living.has(2 ** 30)]).toEqual([true, true, false]);
  child.kill();
  await once(child, 'exit');
  expect(living.has(pid)).toBe(false);
});

test('one that has ended and that nobody waited for has ended', async () => {
  // The shell that started it becomes a sleep, which waits for no child, before it may end.
  const parent = await started('cat <&3 & echo $!; exec sleep 60');
  const pid = Number(parent.said);
  const living = new LivingProcesses(() => [parent.pid, pid]);
  try {
    await vi.waitFor(() => expect(nameOf(parent.pid)).toBe('sleep\n'), 10_000);
    expect(living.has(pid)).toBe(true);
    parent.held.end();
    await vi.waitFor(() => expect(living.has(pid)).toBe(false), 10_000);
    expect(nameOf(pid)).toBe('cat\n');
  } finally {
    parent.child.kill();
  }
});

const nameOf = (pid: number) => readFileSync(`/proc/${pid}/comm`, 'latin1');

test('where no process can be read, or there are too many, nobody is said to be dead', () => {
  expect(new LivingProcesses(() => []).has(7)).toBe(true);
  expect(new LivingProcesses(() => Array<number>(65).fill(process.pid)).has(7)).toBe(true);
});
