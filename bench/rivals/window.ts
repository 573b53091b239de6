import type { PolicyConfig } from '#decide/create-policy.ts';
import type { Policy } from '#decide/policy.ts';
import { SlidingPeak } from '#predict/trend/sliding-peak.ts';
import { numberFrom, setTo } from './change.ts';

/**
 * The rule of thumb that the published figures of the agent traces are given for (AgentCgroup, arXiv
 * 2602.09345, with `max(10 s) × 1.15` and `max(60 s) × 1.15 + 100 MB`): every second, the highest of
 * the last `windowSeconds` × `factor` + `marginMB`. What stalls gets half as much again at once.
 */
export function createPolicy({ policySettings }: PolicyConfig): Policy {
  const windowMs = numberFrom(policySettings, 'windowSeconds', 10) * 1000;
  const factor = numberFrom(policySettings, 'factor', 1.15);
  const marginBytes = numberFrom(policySettings, 'marginMB', 0) * 1e6;
  const memory = new SlidingPeak(windowMs);
  const cpu = new SlidingPeak(windowMs);
  let dueMs = Number.NEGATIVE_INFINITY;

  return {
    name: 'window',
    decide({ sample, allocation }) {
      const isStalled = sample.memoryStalled && sample.memoryBytes >= allocation.memoryBytes * 0.99;
      const text = `the highest of ${windowMs / 1000} s`;
      if (isStalled)
        return setTo(
          allocation,
          { memoryBytes: allocation.memoryBytes * 1.5 },
          { signal: 'window.stalled', text },
        );
      if (sample.atMs < dueMs) return undefined;
      dueMs = sample.atMs + 1000;
      memory.add(sample.atMs, sample.memoryWorkingSetBytes);
      cpu.add(sample.atMs, sample.cpuCoresUsed + sample.cpuCoresThrottled);
      const target = {
        memoryBytes: memory.peak(sample.atMs) * factor + marginBytes,
        cpuCores: cpu.peak(sample.atMs) * factor,
      };
      return setTo(allocation, target, { signal: 'window.peak', text });
    },
  };
}
