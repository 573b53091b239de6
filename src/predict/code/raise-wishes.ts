import { claimCpu, claimMemory, type Ahead } from '#model/ahead.ts';
import { comesNext, type SiteWishes, type Wish } from './site-wishes.ts';

/** How long before it begins what comes next is prepared. */
export type Leads = { readonly memoryMs: number; readonly cpuMs: number };

/** A reading, what a probe is late by, and the resize itself. */
export function leadsFor(actuationMs: number): Leads {
  return { memoryMs: 60 + actuationMs, cpuMs: 15 + actuationMs };
}

/** What follows is prepared when what lasts is over within the lead time. */
export function prepare(given: {
  readonly wishes: SiteWishes;
  readonly leftMs: number;
  /** What was held when the run was last seen: what is allocated since is what was expected. */
  readonly baseBytes: number;
  readonly leads: Leads;
  readonly into: Ahead;
}): void {
  const { leftMs, baseBytes, leads, into } = given;
  const { memoryBytes, cpuCores, networkBitsPerSecond } = given.wishes;
  if (leftMs > leads.memoryMs) return;
  if (memoryBytes !== undefined)
    claimMemory(into, 'prior', baseBytes + memoryBytes.amount, comesNext(memoryBytes));
  if (networkBitsPerSecond !== undefined) wantNetwork(into, networkBitsPerSecond);
  if (cpuCores !== undefined && leftMs <= leads.cpuMs)
    claimCpu(into, 'prior', cpuCores.amount, comesNext(cpuCores));
}

function wantNetwork(into: Ahead, wish: Wish): void {
  if (wish.amount <= into.ingressBitsPerSecond) return;
  into.ingressBitsPerSecond = wish.amount;
  into.networkText = comesNext(wish);
}
