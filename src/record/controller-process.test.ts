import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isAlive, ownController } from './controller-process.ts';

test('this process is alive, and a later one with its pid would not be', () => {
  const own = ownController();
  expect(own.controllerStartTicks).toBeGreaterThan(0);
  expect(isAlive(own)).toBe(true);
  expect(isAlive({ ...own, controllerStartTicks: own.controllerStartTicks + 1 })).toBe(false);
});

test('a name with spaces and parentheses does not shift the fields', async () => {
  const child = spawn('bash', ['-c', 'printf "a) b (c" > /proc/self/comm; echo; read -r _']);
  try {
    await once(child.stdout, 'data');
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'latin1');
    expect(stat).toContain('(a) b (c)');
    const ticks = Number(
      stat
        .trim()
        .split(' ')
        .at(21 + 2),
    );
    expect(isAlive({ controllerPid: child.pid!, controllerStartTicks: ticks })).toBe(true);
  } finally {
    child.stdin.end();
    await once(child, 'exit');
  }
});

test('a process that has ended is dead', async () => {
  const child = spawn('true');
  const controllerPid = child.pid!;
  await once(child, 'exit');
  expect(isAlive({ controllerPid, controllerStartTicks: 1 })).toBe(false);
});
