import { claimCpu, claimMemory, type Ahead } from '#model/ahead.ts';
import { comesNext, type SiteWishes, type Wish } from './site-wishes.ts';

/** A reading and a resize, and what a probe is late by. */
export const MEMORY_LEAD_MS = 60;
export const CPU_LEAD_MS = 15;

/** What follows is prepared when what lasts is over within the lead time. */
export function prepare(given: {
  readonly wishes: SiteWishes;
  readonly leftMs: number;
  /** What was held when the run was last seen: what is allocated since is what was expected. */
  readonly baseBytes: number;
  readonly into: Ahead;
}): void {
  const { leftMs, baseBytes, into } = given;
  const { memoryBytes, cpuCores, networkBitsPerSecond } = given.wishes;
  if (leftMs > MEMORY_LEAD_MS) return;
  if (memoryBytes !== undefined)
    claimMemory(into, 'prior', baseBytes + memoryBytes.amount, comesNext(memoryBytes));
  if (networkBitsPerSecond !== undefined) wantNetwork(into, networkBitsPerSecond);
  if (cpuCores !== undefined && leftMs <= CPU_LEAD_MS)
    claimCpu(into, 'prior', cpuCores.amount, comesNext(cpuCores));
}

function wantNetwork(into: Ahead, wish: Wish): void {
  if (wish.amount <= into.ingressBitsPerSecond) return;
  into.ingressBitsPerSecond = wish.amount;
  into.networkText = comesNext(wish);
}
