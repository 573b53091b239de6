import { KeptFile, sharedBuffer } from '#monitor/kept-file.ts';
import { createKeyedParser } from '#monitor/keyed-file.ts';
import { parseUnsigned } from '#monitor/parse-number.ts';
import type { Hierarchy } from './cgroup/types.ts';

const NSEC_PER_USEC = 1000;
const parseCpuStat = createKeyedParser(['usage_usec']);
const usage = new Float64Array(1);

/**
 * CPU time of all instances of one controller, from the cgroup above them; -1 while there is none.
 * That folder comes and goes with the instances, so a descriptor that died is opened again.
 */
export function createTotalCpu(hierarchy: Hierarchy, controllerFolder: string): () => number {
  if (hierarchy.kind === 'none') return () => -1;
  const path =
    hierarchy.kind === 'v1'
      ? `${hierarchy.folders.cpuacct}/${controllerFolder}/cpuacct.usage`
      : `${hierarchy.folder}/${controllerFolder}/cpu.stat`;
  let file: KeptFile | undefined;

  return () => {
    file ??= KeptFile.open(path);
    const length = file?.read() ?? -1;
    if (length > 0) return parse(hierarchy.kind, length);
    file?.close();
    file = undefined;
    return -1;
  };
}

function parse(kind: 'v1' | 'v2', length: number): number {
  if (kind === 'v1') return parseUnsigned(sharedBuffer, 0, length) / NSEC_PER_USEC;
  parseCpuStat(sharedBuffer, length, usage);
  return usage[0]!;
}
