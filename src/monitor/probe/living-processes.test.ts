import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { LivingProcesses } from './living-processes.ts';

/** A process, and what ends it. */
async function started(command: string): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return child as ChildProcess & { readonly pid: number };
}

test('a process is there until it has ended', async () => {
  const child = await started('echo; exec sleep 60');
  const living = new LivingProcesses(() => [process.pid, child.pid]);
  expect([living.has(child.pid), living.has(child.pid), living.has(2 ** 30)]).toEqual([
    true,
    true,
    false,
  ]);
  child.kill();
  await once(child, 'exit');
  expect(living.has(child.pid)).toBe(false);
});

test('one that has ended and that nobody waited for has ended', async () => {
  // The shell that started it becomes a sleep, which waits for no child.
  const parent = await started('sleep 0.3 & echo $!; exec sleep 60');
  try {
    const [child] = readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, 'latin1').split(
      ' ',
    );
    const pid = Number(child);
    await vi.waitFor(() =>
      expect(readFileSync(`/proc/${pid}/status`, 'latin1')).toMatch(/^State:\s+Z/m),
    );
    expect(new LivingProcesses(() => [parent.pid, pid]).has(pid)).toBe(false);
  } finally {
    parent.kill();
  }
});

test('where no process can be read, or there are too many, nobody is said to be dead', () => {
  expect(new LivingProcesses(() => []).has(7)).toBe(true);
  expect(new LivingProcesses(() => Array<number>(65).fill(process.pid)).has(7)).toBe(true);
});
