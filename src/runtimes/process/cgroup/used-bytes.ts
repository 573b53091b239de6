import type { CgroupSources } from '#monitor/sources.ts';
import { readLimit } from './files.ts';

/** Memory that a cgroup uses now; 0 where there is none. */
export function usedBytes(sources: CgroupSources | undefined): number {
  if (sources === undefined) return 0;
  const path =
    sources.version === 1
      ? `${sources.memoryFolder}/memory.usage_in_bytes`
      : `${sources.folder}/memory.current`;
  return readLimit(path) ?? 0;
}
