import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { requires } from '../capabilities.ts';
import { test } from './box.ts';
import { quotasOf } from './quotas.ts';

const RUNS = 8;

test('eight runs at once never hold more CPU than the node has, and all end well', async ({
  box,
  skip,
}) => {
  requires({ skip }, 'cgroup-v1');
  const script = box.program('grow.py');
  const args = ['--max-cpu', '1', '--min-cpu', '50m', '--cpu', '1', script, '60', '1'];
  const runs = Promise.all(Array.from({ length: RUNS }, () => box.run(args)));
  let ended = false;
  void runs.finally(() => (ended = true));
  let [mostRuns, mostCores] = [0, 0];
  while (!ended) {
    const quotas = quotasOf(box);
    mostRuns = Math.max(mostRuns, quotas.length);
    mostCores = Math.max(
      mostCores,
      quotas.reduce((sum, cores) => sum + cores, 0),
    );
    await sleep(5);
  }
  for (const { exitCode, stdout, stderr } of await runs)
    expect([exitCode, stdout.toString()], stderr).toEqual([0, 'grown 60\n']);
  // More of them at once than would fit with what each of them asked for.
  expect(mostRuns).toBeGreaterThan(availableParallelism());
  expect(mostCores).toBeGreaterThan(0);
  expect(mostCores).toBeLessThanOrEqual(availableParallelism() + 1e-6);
});
