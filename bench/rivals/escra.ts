import type { PolicyConfig } from '#decide/create-policy.ts';
import type { Policy, PolicyInput } from '#decide/policy.ts';
import { numberFrom, setTo } from './change.ts';

const PERIOD_MS = 100;
const WINDOW = 10;
const RECLAIM_MS = 5000;
const MIB = 2 ** 20;
const GIVE_BACK = 0.2;
const UNUSED = 0.2;
const THROTTLED = 0.1;
const SLICE_CORES = 0.05;
const MEMORY_SLICE_BYTES = 50 * MIB;

/**
 * Escra (Cusack et al., ICDCS 2022; gregcusack/ec_gcm, Manager.cpp). CPU, at every period of 100 ms:
 * throttled in at least a tenth of the last 10 → + 4 × that share × a slice of 5 ms per period; else,
 * when more than 20 % of the quota is unused on the mean of 10 periods, 20 % are given back; both begin
 * a new window. Memory: at its limit → a slice more at once, in place of being killed; every 5 s what
 * lies above usage + 50 MiB is taken back. Its slice of memory is not published: 50 MiB, as its
 * margin. `marginMiB` is swept.
 */
export function createPolicy({ policySettings }: PolicyConfig): Policy {
  const marginBytes = numberFrom(policySettings, 'marginMiB', 50) * MIB;
  const window: { unused: number; throttled: number }[] = [];
  let last = { atMs: Number.NaN, usec: 0, periods: 0 };
  let reclaimMs = Number.NaN;

  function cpuCores({ sample, allocation }: PolicyInput): number {
    const elapsedMs = sample.atMs - last.atMs;
    if (!(elapsedMs >= PERIOD_MS)) return allocation.cpuCores;
    const cores = (sample.cpuUsecTotal - last.usec) / 1000 / elapsedMs;
    window.push({
      unused: Math.max(0, 1 - cores / allocation.cpuCores),
      throttled: Math.min(1, sample.throttledPeriodsTotal - last.periods),
    });
    if (window.length > WINDOW) window.shift();
    last = { atMs: sample.atMs, usec: sample.cpuUsecTotal, periods: sample.throttledPeriodsTotal };
    const quota = nextQuota(window, allocation.cpuCores);
    if (quota !== allocation.cpuCores) window.length = 0;
    return quota;
  }

  function memoryBytes({ sample, allocation }: PolicyInput): number {
    if (sample.memoryStalled && sample.memoryBytes >= allocation.memoryBytes * 0.99)
      return allocation.memoryBytes + MEMORY_SLICE_BYTES;
    if (sample.atMs < reclaimMs) return allocation.memoryBytes;
    reclaimMs = sample.atMs + RECLAIM_MS;
    return Math.min(allocation.memoryBytes, sample.memoryWorkingSetBytes + marginBytes);
  }

  return {
    name: 'escra',
    decide(input) {
      const { sample, allocation, constraints } = input;
      if (Number.isNaN(last.atMs)) {
        last = {
          atMs: sample.atMs,
          usec: sample.cpuUsecTotal,
          periods: sample.throttledPeriodsTotal,
        };
        reclaimMs = sample.atMs + RECLAIM_MS;
      }
      const target = {
        cpuCores: Math.min(constraints.max.cpuCores, cpuCores(input)),
        memoryBytes: Math.min(constraints.max.memoryBytes, memoryBytes(input)),
      };
      return setTo(allocation, target, { signal: 'escra', text: 'by its last ten periods' });
    },
  };
}

/** Example: a full window with 3 of 10 throttled → + 0.06 cores; with half unused → × 0.8. */
export function nextQuota(
  window: readonly { readonly unused: number; readonly throttled: number }[],
  quota: number,
): number {
  const mean = (key: 'unused' | 'throttled') =>
    window.reduce((sum, each) => sum + each[key], 0) / window.length;
  const throttled = mean('throttled');
  if (throttled >= THROTTLED) return quota + 4 * throttled * SLICE_CORES;
  const isUnused = window.length >= WINDOW && mean('unused') > UNUSED;
  return isUnused ? Math.max(SLICE_CORES, quota * (1 - GIVE_BACK)) : quota;
}
