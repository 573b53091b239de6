import type { Allocation } from '#model/allocation.ts';
import type { Instance } from '#model/instance.ts';
import type { Sample } from '#model/sample.ts';
import type { TimelinePoint } from '#model/summary.ts';

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
 * The account of a run up to the last reading that was recorded of it; `startedMs` is its start on
 * the clock of whoever goes on with it. The first reading after that counts the time in between.
 */
export function accountOf(timeline: readonly TimelinePoint[], startedMs: number): Account {
  const account = newAccount(startedMs);
  for (const point of timeline) {
    const atMs = startedMs + point.atSeconds * 1000;
    const seconds = Math.max(0, atMs - account.untilMs) / 1000;
    account.untilMs = atMs;
    reserve(account, point.allocation, seconds);
    account.usedByteSeconds += point.memoryWorkingSetBytes * seconds;
    account.peakWorkingSetBytes = Math.max(
      account.peakWorkingSetBytes,
      point.memoryWorkingSetBytes,
    );
  }
  return account;
}

/** What the kernel lets it use above its allocation: memory always, CPU while it holds little. */
export type Rooms = {
  readonly burstRoomBytes?: number | undefined;
  readonly wakingCores?: number | undefined;
};

/**
 * Adds the time up to this reading, during which `allocation` was in force. It may be longer than
 * the reading's own interval: an instance that was quiet is known to have done all of it lately.
 * What it used of the burst room, or woke with, counts as reserved for it, too.
 */
export function addInterval(
  account: Account,
  sample: Sample,
  allocation: Allocation,
  { burstRoomBytes = 0, wakingCores = 0 }: Rooms = {},
): void {
  const seconds = Math.max(0, sample.atMs - account.untilMs) / 1000;
  account.untilMs = sample.atMs;
  account.usedCoreSeconds = sample.cpuUsecTotal / 1e6;
  account.usedByteSeconds += sample.memoryWorkingSetBytes * seconds;
  const memoryBytes = Math.max(allocation.memoryBytes, sample.memoryWorkingSetBytes);
  // Above that, what a reading shows is a tick of the kernel, or was saved up before.
  const wokenCores = Math.min(wakingCores, sample.cpuCoresUsed);
  const cpuCores = Math.max(allocation.cpuCores, wokenCores);
  reserve(account, { ...allocation, cpuCores, memoryBytes }, seconds);
  const limitBytes = allocation.memoryBytes + burstRoomBytes;
  if (sample.memoryWorkingSetBytes >= limitBytes * AT_LIMIT) account.readingsAtLimit++;
  account.peakWorkingSetBytes = Math.max(account.peakWorkingSetBytes, sample.memoryWorkingSetBytes);
}

/** The same of an instance under control. */
export function accountFor({ account, input, instance }: Accountable): void {
  const { sample, allocation, wakingCores } = input;
  addInterval(account, sample, allocation, {
    burstRoomBytes: instance.burstRoom?.bytes,
    wakingCores,
  });
}

type Accountable = {
  readonly account: Account;
  readonly input: {
    readonly sample: Sample;
    readonly allocation: Allocation;
    readonly wakingCores: number;
  };
  readonly instance: Pick<Instance, 'burstRoom'>;
};

function reserve(account: Account, allocation: Allocation, seconds: number): void {
  account.reservedCoreSeconds += allocation.cpuCores * seconds;
  account.reservedByteSeconds += allocation.memoryBytes * seconds;
  account.reservedBitSeconds +=
    (allocation.ingressBitsPerSecond + allocation.egressBitsPerSecond) * seconds;
}
