import type { Allocation } from '#model/allocation.ts';
import type { Sample } from '#model/sample.ts';

/** What a run used and what was reserved for it, as integrals over time. */
export type Account = {
  /** Up to when it is complete. */
  untilMs: number;
  usedCoreSeconds: number;
  reservedCoreSeconds: number;
  usedByteSeconds: number;
  reservedByteSeconds: number;
  reservedBitSeconds: number;
  peakWorkingSetBytes: number;
  /** Readings at which the working set stood at the limit. */
  readingsAtLimit: number;
};

export const AT_LIMIT = 0.97;

export function newAccount(nowMs: number): Account {
  return {
    untilMs: nowMs,
    usedCoreSeconds: 0,
    reservedCoreSeconds: 0,
    usedByteSeconds: 0,
    reservedByteSeconds: 0,
    reservedBitSeconds: 0,
    peakWorkingSetBytes: 0,
    readingsAtLimit: 0,
  };
}

/**
 * Adds the time up to this reading, during which `allocation` was in force. It may be longer than
 * the reading's own interval: an instance that was quiet is known to have done all of it lately.
 * What it used of the burst room counts as reserved for it, too.
 */
export function addInterval(
  account: Account,
  sample: Sample,
  allocation: Allocation,
  burstRoomBytes = 0,
): void {
  const seconds = Math.max(0, sample.atMs - account.untilMs) / 1000;
  account.untilMs = sample.atMs;
  account.usedCoreSeconds = sample.cpuUsecTotal / 1e6;
  account.reservedCoreSeconds += allocation.cpuCores * seconds;
  account.usedByteSeconds += sample.memoryWorkingSetBytes * seconds;
  const heldBytes = Math.max(allocation.memoryBytes, sample.memoryWorkingSetBytes);
  account.reservedByteSeconds += heldBytes * seconds;
  account.reservedBitSeconds +=
    (allocation.ingressBitsPerSecond + allocation.egressBitsPerSecond) * seconds;
  const limitBytes = allocation.memoryBytes + burstRoomBytes;
  if (sample.memoryWorkingSetBytes >= limitBytes * AT_LIMIT) account.readingsAtLimit++;
  account.peakWorkingSetBytes = Math.max(account.peakWorkingSetBytes, sample.memoryWorkingSetBytes);
}
