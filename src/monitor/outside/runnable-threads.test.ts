import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { countRunnableThreads } from './runnable-threads.ts';

const BUSY = `
import threading
def spin():
    while True: pass
for _ in range(2): threading.Thread(target=spin, daemon=True).start()
print(flush=True)
spin()`;
const ASLEEP = `print(flush=True)
import time; time.sleep(60)`;

async function countIn(code: string, most: number): Promise<number> {
  // The name holds what ends a name, and the state of one that runs.
  const child = spawn('/usr/bin/python3', ['-c', code], { argv0: 'a) R 1' });
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve));
    let highest = 0;
    for (let look = 0; look < 20; look++) {
      highest = Math.max(highest, countRunnableThreads([child.pid!], most));
      await sleep(10);
    }
    return highest;
  } finally {
    child.kill('SIGKILL');
  }
}

test('threads that compute are counted, up to as many as were asked for', async () => {
  // Under one lock one of three runs, and whoever waits for the lock sleeps.
  expect(await countIn(BUSY, 8)).toBeGreaterThanOrEqual(1);
});

test('whoever sleeps, or is gone, is not counted', async () => {
  expect(await countIn(ASLEEP, 8)).toBeLessThanOrEqual(1);
  expect(countRunnableThreads([2 ** 22 + 1], 8)).toBe(0);
});
