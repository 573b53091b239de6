import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { emptySample } from '#model/sample.ts';
import { Contention } from './contention.ts';
import { runDelayMs } from './run-delay.ts';

const SPIN = 'print(flush=True)\nwhile True: pass';
const SLEEP = 'print(flush=True)\nimport time; time.sleep(60)';

/** Programs that share one processor. */
async function onOneProcessor(programs: readonly string[]): Promise<ChildProcess[]> {
  const children = programs.map((code) =>
    spawn('taskset', ['-c', '0', '/usr/bin/python3', '-c', code]),
  );
  await Promise.all(
    children.map((child) => new Promise((resolve) => child.stdout!.once('data', resolve))),
  );
  return children;
}

/** Cores that the first of them was seen to wait for, on average. */
async function waitedFor(programs: readonly string[]): Promise<number> {
  const children = await onOneProcessor(programs);
  try {
    const contention = new Contention(() => [children[0]!.pid!]);
    const seen: number[] = [];
    for (let look = 0; look < 10; look++) {
      const sample = { ...emptySample(), cpuUsecTotal: look };
      seen.push(contention.look(sample, performance.now()));
      await sleep(110);
    }
    return seen.slice(1).reduce((sum, cores) => sum + cores, 0) / (seen.length - 1);
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

test('a program that others keep from its processor waits for most of one', async () => {
  const cores = await waitedFor([SPIN, SPIN, SPIN, SPIN]);
  expect(cores).toBeGreaterThan(0.5);
  expect(cores).toBeLessThan(1.2);
});

test('one that sleeps waits for none, however busy the others are', async () => {
  expect(await waitedFor([SLEEP, SPIN, SPIN])).toBeLessThan(0.1);
});

test('what a quota held back is throttling', () => {
  const contention = new Contention(() => [process.pid]);
  contention.look(emptySample(), 0);
  const later = { ...emptySample(), cpuUsecTotal: 1, throttledUsecTotal: 3.6e9 };
  expect(contention.look(later, 1000)).toBe(0);
});

test('of one that has used nothing since, no thread is read', () => {
  let asked = 0;
  const contention = new Contention(() => (asked++, []));
  for (let look = 0; look < 5; look++) contention.look(emptySample(), look * 1000);
  expect(asked).toBe(1);
});

test('processes that are gone have waited for nothing', () => {
  expect(runDelayMs([2 ** 22 + 1])).toBe(0);
});
