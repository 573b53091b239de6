import type { Allocation } from '#model/allocation.ts';
import type { Sample } from '#model/sample.ts';

/** What a run used and what was reserved for it, as integrals over time. */
export type Account = {
  usedCoreSeconds: number;
  reservedCoreSeconds: number;
  usedByteSeconds: number;
  reservedByteSeconds: number;
  reservedBitSeconds: number;
  peakWorkingSetBytes: number;
};

export function newAccount(): Account {
  return {
    usedCoreSeconds: 0,
    reservedCoreSeconds: 0,
    usedByteSeconds: 0,
    reservedByteSeconds: 0,
    reservedBitSeconds: 0,
    peakWorkingSetBytes: 0,
  };
}

/** Adds the interval that ends with this reading, during which `allocation` was in force. */
export function addInterval(account: Account, sample: Sample, allocation: Allocation): void {
  const seconds = sample.intervalMs / 1000;
  account.usedCoreSeconds = sample.cpuUsecTotal / 1e6;
  account.reservedCoreSeconds += allocation.cpuCores * seconds;
  account.usedByteSeconds += sample.memoryWorkingSetBytes * seconds;
  account.reservedByteSeconds += allocation.memoryBytes * seconds;
  account.reservedBitSeconds +=
    (allocation.ingressBitsPerSecond + allocation.egressBitsPerSecond) * seconds;
  account.peakWorkingSetBytes = Math.max(account.peakWorkingSetBytes, sample.memoryWorkingSetBytes);
}
