import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { requires } from '../capabilities.ts';
import { test, type Box } from './box.ts';

const CPU_CGROUPS = '/sys/fs/cgroup/cpu/limber';
const PERIOD_USEC = 100_000;
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
    const quotas = snapshot(box);
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

/**
 * What the kernel holds for the runs of this test. One quota may fall and another rise between two
 * reads: only what was read twice alike is a moment that there was.
 */
function snapshot(box: Box): readonly number[] {
  const first = quotas(box);
  return JSON.stringify(first) === JSON.stringify(quotas(box)) ? first : [];
}

function quotas(box: Box): readonly number[] {
  const ids = new Set(namesIn(`${box.home}/work`));
  return namesIn(CPU_CGROUPS).flatMap((controller) =>
    namesIn(`${CPU_CGROUPS}/${controller}`)
      .filter((id) => ids.has(id))
      .flatMap((id) => quotaOf(`${CPU_CGROUPS}/${controller}/${id}/cpu.cfs_quota_us`)),
  );
}

/** A cgroup that was just made has no limit yet, and no process in it either. */
function quotaOf(path: string): readonly number[] {
  const usec = Number(orNothing(() => readFileSync(path, 'latin1')) ?? -1);
  return usec > 0 ? [usec / PERIOD_USEC] : [];
}

function namesIn(folder: string): readonly string[] {
  return orNothing(() => readdirSync(folder)) ?? [];
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (['ENOENT', 'ENOTDIR', 'ENODEV'].includes(code ?? '')) return undefined;
    throw error;
  }
}
