import { expect } from 'vitest';
import { test } from './box.ts';

test('a program that waits and computes in turns gets less while it waits and more while it computes', async ({
  box,
}) => {
  const args = ['--max-cpu', '1', box.program('alternate.py'), '3'];
  const { exitCode, stdout, summary } = await box.run(args);
  expect([exitCode, stdout.toString()]).toEqual([0, 'done\n']);
  const changes = (summary?.decisions ?? [])
    .filter(({ from, to, state }) => state === 'applied' && from.cpuCores !== to.cpuCores)
    .map(({ from, to }) => (to.cpuCores > from.cpuCores ? 'up' : 'down'));
  const turns = changes.filter((change, index) => change !== changes[index - 1]);
  // Down at the first wait, up at the first work, and so on: three times.
  expect(turns.slice(0, 6)).toEqual(['down', 'up', 'down', 'up', 'down', 'up']);
  const lowest = Math.min(...(summary?.decisions ?? []).map(({ to }) => to.cpuCores));
  expect(lowest).toBeLessThanOrEqual(0.2);
  const { usedCoreSeconds = 0, reservedCoreSeconds = Infinity } = summary?.cpu ?? {};
  expect(usedCoreSeconds).toBeGreaterThan(2);
  // A full core held throughout would be the whole time, however slow the machine: a third of the
  // waiting at least was given back.
  expect(reservedCoreSeconds).toBeLessThan((summary?.wallSeconds ?? 0) - 1);
});
