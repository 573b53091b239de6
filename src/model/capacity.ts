import type { Allocation } from './allocation.ts';

export type NodeShare = {
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
  const reservedBytes = Math.min(
    share.reservedMemoryBytes + share.burstMemoryBytes,
    machine.memoryBytes / 2,
  );
  return {
    cpuCores: machine.cpuCores * share.cpuRatio,
    memoryBytes: Math.floor((machine.memoryBytes - reservedBytes) * share.memoryRatio),
    ingressBitsPerSecond: share.networkBitsPerSecond,
    egressBitsPerSecond: share.networkBitsPerSecond,
  };
}
