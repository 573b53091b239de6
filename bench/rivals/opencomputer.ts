import type { PolicyConfig } from '#decide/create-policy.ts';
import type { Policy } from '#decide/policy.ts';
import { numberFrom, setTo } from './change.ts';

const GIB = 2 ** 30;
const LOOP_MS = 30_000;
const MINUTE_MS = 60_000;
const UP_COOLDOWN_MS = 60_000;
const DOWN_COOLDOWN_MS = 300_000;
const DOWN_SHARE = 0.25;

export const TIERS = [
  { memoryBytes: GIB, cpuCores: 1 },
  { memoryBytes: 4 * GIB, cpuCores: 1 },
  { memoryBytes: 8 * GIB, cpuCores: 2 },
  { memoryBytes: 16 * GIB, cpuCores: 4 },
] as const;

/**
 * OpenComputer's elasticity (diggerhq/opencomputer, docs/sandboxes/elasticity.mdx): memory in tiers of
 * 1, 4, 8 and 16 GB with 1, 1, 2 and 4 cores, looked at every 30 s. The mean use of a minute above 75 % →
 * the next tier, at most once a minute; those of 1, 5 and 15 minutes all below 25 % → one tier down,
 * at most once in 5 minutes and not before 15. It begins in the lowest. `upShare` (0.75) is swept.
 */
export function createPolicy({ policySettings }: PolicyConfig): Policy {
  const upShare = numberFrom(policySettings, 'upShare', 0.75);
  const readings: { atMs: number; bytes: number }[] = [];
  let tier = 0;
  let startedMs = Number.NaN;
  let dueMs = Number.NaN;
  let upMs = Number.NEGATIVE_INFINITY;
  let downMs = Number.NEGATIVE_INFINITY;

  function mean(nowMs: number, minutes: number): number {
    const since = readings.filter(({ atMs }) => nowMs - atMs <= minutes * MINUTE_MS);
    return since.reduce((sum, { bytes }) => sum + bytes, 0) / Math.max(1, since.length);
  }

  function move(nowMs: number): void {
    const share = (minutes: number) => mean(nowMs, minutes) / TIERS[tier]!.memoryBytes;
    if (share(1) > upShare && nowMs - upMs >= UP_COOLDOWN_MS && tier < TIERS.length - 1) {
      tier++;
      upMs = nowMs;
      return;
    }
    const isKnown = nowMs - startedMs >= 15 * MINUTE_MS;
    const isLow = [1, 5, 15].every((minutes) => share(minutes) < DOWN_SHARE);
    if (!isKnown || !isLow || tier === 0 || nowMs - downMs < DOWN_COOLDOWN_MS) return;
    tier--;
    downMs = nowMs;
  }

  return {
    name: 'opencomputer',
    decide({ sample, allocation }) {
      const { atMs } = sample;
      const text = `tier ${tier + 1}`;
      if (Number.isNaN(startedMs)) {
        startedMs = atMs;
        dueMs = atMs + LOOP_MS;
        return setTo(allocation, TIERS[tier]!, { signal: 'opencomputer.tier', text });
      }
      if (atMs - (readings.at(-1)?.atMs ?? 0) >= 1000)
        readings.push({ atMs, bytes: sample.memoryWorkingSetBytes });
      if (atMs < dueMs) return undefined;
      dueMs = atMs + LOOP_MS;
      while (readings[0] && atMs - readings[0].atMs > 15 * MINUTE_MS) readings.shift();
      move(atMs);
      return setTo(allocation, TIERS[tier]!, { signal: 'opencomputer.tier', text });
    },
  };
}
