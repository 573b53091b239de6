import { readdirSync, readFileSync } from 'node:fs';
import type { Box } from './box.ts';

const CPU_CGROUPS = '/sys/fs/cgroup/cpu/limber';
const PERIOD_USEC = 100_000;

/**
 * What the kernel holds for the runs of this test. One quota may fall and another rise between two
 * reads: only what was read twice alike is a moment that there was.
 */
export function quotasOf(box: Box): readonly number[] {
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
