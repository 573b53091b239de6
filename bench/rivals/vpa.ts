import type { PolicyConfig } from '#decide/create-policy.ts';
import type { Policy, PolicyInput } from '#decide/policy.ts';
import { numberFrom, setTo } from './change.ts';
import { DecayingHistogram } from './decaying-histogram.ts';

const DAY_MS = 86_400_000;
const LOOP_MS = 60_000;
const PERCENTILE = 0.9;
const MIN_CPU_CORES = 0.025;
const MIN_MEMORY_BYTES = 250 * 2 ** 20;
const MIN_SAMPLE_WEIGHT = 0.1;
const OOM_RATIO = 1.2;
const OOM_LEAST_BYTES = 100 * 2 ** 20;

/**
 * The Kubernetes Vertical Pod Autoscaler's recommender, each recommendation applied in place.
 * Source: kubernetes/autoscaler, vertical-pod-autoscaler/pkg/recommender (aggregations_config.go,
 * logic/recommender.go). CPU: p90 of a decaying histogram (half-life 24 h, buckets from 0.01 cores
 * growing by 5 %, a sample weighs the request in force, at least 0.1). Memory: p90 of the peaks of
 * 24-hour intervals (half-life 24 h, buckets from 10 MB growing by 5 %). Both +15 %, at least 25 m and
 * 250 MiB; a sample and a recommendation every 60 s. Running out of memory counts as a peak of
 * max(used × 1.2, used + 100 MiB). The updater's rule that leaves a request alone while it lies
 * within wide bounds is left out, which favours it. `margin` in `policySettings` is swept.
 */
export function createPolicy({ policySettings }: PolicyConfig): Policy {
  const margin = numberFrom(policySettings, 'margin', 0.15);
  const cpu = new DecayingHistogram({
    firstBucket: 0.01,
    most: 1000,
    growth: 1.05,
    halfLifeMs: DAY_MS,
  });
  const memory = newPeaks();
  let dueMs = Number.NaN;
  let lastUsec = 0;
  let lastMs = 0;
  let wasStalled = false;

  function observe({ sample, allocation }: PolicyInput): void {
    const cores = (sample.cpuUsecTotal - lastUsec) / 1000 / Math.max(1, sample.atMs - lastMs);
    const weight = Math.max(MIN_SAMPLE_WEIGHT, allocation.cpuCores);
    cpu.add(cores, weight, sample.atMs);
    memory.add(sample.memoryWorkingSetBytes, sample.atMs);
    lastUsec = sample.cpuUsecTotal;
    lastMs = sample.atMs;
  }

  return {
    name: 'vpa',
    decide(input) {
      const { sample } = input;
      if (sample.memoryStalled && !wasStalled)
        memory.add(afterOom(sample.memoryWorkingSetBytes), sample.atMs);
      wasStalled = sample.memoryStalled;
      if (Number.isNaN(dueMs)) dueMs = sample.atMs + LOOP_MS;
      if (sample.atMs < dueMs) return undefined;
      dueMs += LOOP_MS;
      observe(input);
      const target = {
        cpuCores: Math.max(MIN_CPU_CORES, cpu.percentile(PERCENTILE) * (1 + margin)),
        memoryBytes: Math.max(MIN_MEMORY_BYTES, memory.percentile() * (1 + margin)),
      };
      return setTo(input.allocation, target, { signal: 'vpa.target', text: 'p90 and a margin' });
    },
  };
}

/** Example: 200 MiB → 300 MiB; 1 GiB → 1.2 GiB. */
export function afterOom(usedBytes: number): number {
  return Math.max(usedBytes * OOM_RATIO, usedBytes + OOM_LEAST_BYTES);
}

/** One sample per day: the highest of it, put in place of the one before when it grows. */
function newPeaks() {
  const histogram = new DecayingHistogram({
    firstBucket: 1e7,
    most: 1e12,
    growth: 1.05,
    halfLifeMs: DAY_MS,
  });
  let peak = 0;
  let endsMs = Number.NaN;
  return {
    add(bytes: number, atMs: number): void {
      if (Number.isNaN(endsMs) || atMs >= endsMs) {
        peak = 0;
        endsMs = atMs + DAY_MS;
      }
      if (bytes <= peak) return;
      if (peak > 0) histogram.subtract(peak, 1, endsMs);
      peak = bytes;
      histogram.add(peak, 1, endsMs);
    },
    percentile: () => histogram.percentile(PERCENTILE),
  };
}
