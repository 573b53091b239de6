import {
  hasCode,
  readCounter,
  readLimit,
  readProcessIds,
  writeKernelFile,
} from '#runtimes/process/cgroup/files.ts';
import type { FoundCgroup } from './find-cgroup.ts';

const FILES = {
  1: {
    usage: 'memory.usage_in_bytes',
    limit: 'memory.limit_in_bytes',
    reclaimable: 'total_inactive_file',
  },
  2: { usage: 'memory.current', limit: 'memory.max', reclaimable: 'inactive_file' },
} as const;
/** Of v1: memory and swap together, never below the limit of memory. */
const WITH_SWAP = 'memory.memsw.limit_in_bytes';

/** The memory of one container of a pod, as its node's kernel has it. */
export type ContainerMemory = {
  /** Undefined once it is gone; what can be taken back at once is not counted where that matters. */
  readonly read: (
    nearBytes: number,
  ) => { readonly usedBytes: number; readonly limitBytes: number } | undefined;
  /** False when the kernel refused it, or the container is gone. */
  readonly setLimit: (bytes: number) => boolean;
  /** A process of it; undefined when there is none. */
  readonly processId: () => number | undefined;
};

export function openContainerMemory({ version, folder, podFolder }: FoundCgroup): ContainerMemory {
  const { usage, limit, reclaimable } = FILES[version];
  return {
    read(nearBytes) {
      const all = readLimit(`${folder}/${usage}`);
      const limitBytes = readLimit(`${folder}/${limit}`);
      if (all === undefined || limitBytes === undefined) return undefined;
      // memory.stat costs ten times as much as the other two.
      if (limitBytes - all >= nearBytes) return { usedBytes: all, limitBytes };
      const cached = readCounter(`${folder}/memory.stat`, reclaimable);
      return { usedBytes: Math.max(0, all - cached), limitBytes };
    },
    setLimit(bytes) {
      const now = readLimit(`${folder}/${limit}`);
      if (now === undefined) return false;
      const isRaise = bytes > now;
      const own = [folder, bytes] as const;
      // The pod's own limit is the sum of its containers': what lies above is moved first.
      const podNow = readLimit(`${podFolder}/${limit}`) ?? Number.POSITIVE_INFINITY;
      const pod = [podFolder, podNow + bytes - now] as const;
      const steps = Number.isFinite(podNow) ? (isRaise ? [pod, own] : [own, pod]) : [own];
      return steps.every(([place, value]) => write(place, limit, { value, isRaise }));
    },
    processId: () => readProcessIds(`${folder}/cgroup.procs`)[0],
  };
}

function write(
  folder: string,
  file: string,
  { value, isRaise }: { readonly value: number; readonly isRaise: boolean },
): boolean {
  try {
    const swap = readLimit(`${folder}/${WITH_SWAP}`);
    const moves = swap !== undefined && Number.isFinite(swap);
    if (moves && isRaise) writeKernelFile(`${folder}/${WITH_SWAP}`, value);
    writeKernelFile(`${folder}/${file}`, value);
    if (moves && !isRaise) writeKernelFile(`${folder}/${WITH_SWAP}`, value);
    return true;
  } catch (error) {
    // EBUSY: more is used than the limit would be.
    if (hasCode(error, 'ENOENT', 'ENODEV', 'EBUSY', 'EINVAL')) return false;
    throw error;
  }
}
