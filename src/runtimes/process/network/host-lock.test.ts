import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { withHostLock } from './host-lock.ts';
import { SKIP_REASON, ended, firstLine } from './network-testbed.ts';

test.skipIf(SKIP_REASON)(
  'within a process one works at a time, and a failure frees the next',
  async () => {
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} starts`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
      if (name === 'a') throw new Error('a fails');
      return name;
    };
    const results = await Promise.allSettled([withHostLock(work('a')), withHostLock(work('b'))]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(order).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
  },
);

test.skipIf(SKIP_REASON)('the lock of a killed process is free, and held until then', async () => {
  const module = new URL('./host-lock.ts', import.meta.url).href;
  const code = `const { withHostLock } = await import('${module}');
    withHostLock(() => new Promise((resolve) => { console.log('held'); setTimeout(resolve, 60_000); }));`;
  const holder = spawn(
    process.execPath,
    ['--conditions=limber-source', '--input-type=module', '-e', code],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  expect(await firstLine(holder)).toBe('held');
  let acquired = false;
  const mine = withHostLock(async () => (acquired = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const acquiredWhileHeld = acquired;
  holder.kill('SIGKILL');
  await ended(holder);
  expect(acquiredWhileHeld).toBe(false);
  expect(await mine).toBe(true);
});
