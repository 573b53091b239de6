import type { Allocation } from './allocation.ts';

export type NodeShare = {
  /** What of the machine may be used; all of it where absent. */
  readonly cpuCores?: number | undefined;
  readonly memoryBytes?: number | undefined;
  readonly cpuRatio: number;
  readonly memoryRatio: number;
  readonly networkBitsPerSecond: number;
  readonly reservedMemoryBytes: number;
  readonly burstMemoryBytes: number;
};

/**
 * What instances may hold in all: what the machine has, less what is kept for the host and for bursts,
 * times the ratio. Both never take more than half, so that a small machine stays usable.
 * Example: 2 cores and 8 GiB with 768 MiB kept and ratios of 1 give 2 cores and 7.25 GiB.
 */
export function capacityOf(
  machine: { readonly cpuCores: number; readonly memoryBytes: number },
  share: NodeShare,
): Allocation {
  const cpuCores = Math.min(machine.cpuCores, share.cpuCores ?? Number.POSITIVE_INFINITY);
  const memoryBytes = Math.min(machine.memoryBytes, share.memoryBytes ?? Number.POSITIVE_INFINITY);
  const reservedBytes = Math.min(
    share.reservedMemoryBytes + share.burstMemoryBytes,
    memoryBytes / 2,
  );
  return {
    cpuCores: cpuCores * share.cpuRatio,
    memoryBytes: Math.floor((memoryBytes - reservedBytes) * share.memoryRatio),
    ingressBitsPerSecond: share.networkBitsPerSecond,
    egressBitsPerSecond: share.networkBitsPerSecond,
  };
}
