import type { PolicyConfig } from '#decide/create-policy.ts';
import type { Policy } from '#decide/policy.ts';
import { numberFrom, setTo } from './change.ts';
import { DecayingHistogram } from './decaying-histogram.ts';

const HOUR_MS = 3_600_000;
const AGGREGATE_MS = 300_000;
const SAMPLE_MS = 1000;

/**
 * Autopilot's moving-window recommender (Rzadca et al., "Autopilot: workload autoscaling at Google",
 * EuroSys 2020, § 3.2). Usage is read every second and aggregated in windows of 5 minutes: a histogram
 * of CPU, the peak of memory. Weights halve in 12 h for CPU and 48 h for memory. CPU: the 95th
 * percentile; memory: the weighted peak (for jobs with little tolerance for running out). Plus a
 * margin of 15 % (the paper: 10 to 15 %), and then the highest of the recommendations of the last
 * hour, so that it rises at once and falls slowly. The window that is not over counts as it stands.
 * Without a job's past this shows the recommender, not what Google's jobs get. `margin` is swept.
 */
export function createPolicy({ policySettings }: PolicyConfig): Policy {
  const margin = numberFrom(policySettings, 'margin', 0.15);
  const cpu = new DecayingHistogram({
    firstBucket: 0.01,
    most: 1000,
    growth: 1.05,
    halfLifeMs: 12 * HOUR_MS,
  });
  const peaks: { atMs: number; bytes: number }[] = [];
  const recent: { atMs: number; cpuCores: number; memoryBytes: number }[] = [];
  let dueMs = Number.NaN;
  let lastUsec = 0;

  function observe(atMs: number, cores: number, bytes: number): void {
    cpu.add(cores, 1, atMs);
    const window = peaks.at(-1);
    if (window && atMs - window.atMs < AGGREGATE_MS) window.bytes = Math.max(window.bytes, bytes);
    else peaks.push({ atMs, bytes });
  }

  /** The highest of the last hour, this one included. */
  function smoothed(atMs: number) {
    recent.push({
      atMs,
      cpuCores: cpu.percentile(0.95) * (1 + margin),
      memoryBytes: weightedPeak(peaks, atMs) * (1 + margin),
    });
    while (recent[0] && atMs - recent[0].atMs > HOUR_MS) recent.shift();
    return {
      cpuCores: recent.reduce((most, each) => Math.max(most, each.cpuCores), 0),
      memoryBytes: recent.reduce((most, each) => Math.max(most, each.memoryBytes), 0),
    };
  }

  return {
    name: 'autopilot',
    decide({ sample, allocation }) {
      if (Number.isNaN(dueMs)) {
        dueMs = sample.atMs + SAMPLE_MS;
        lastUsec = sample.cpuUsecTotal;
      }
      if (sample.atMs < dueMs) return undefined;
      const cores = (sample.cpuUsecTotal - lastUsec) / 1000 / (sample.atMs - dueMs + SAMPLE_MS);
      observe(sample.atMs, cores, sample.memoryWorkingSetBytes);
      lastUsec = sample.cpuUsecTotal;
      dueMs = sample.atMs + SAMPLE_MS;
      const text = 'the window and a margin';
      return setTo(allocation, smoothed(sample.atMs), { signal: 'autopilot.window', text });
    },
  };
}

/**
 * The highest peak by its weight, S_max = max w[τ]·s[τ] with w[τ] = 2^(−τ / 48 h).
 * Example: 100 MB two days ago and 60 MB now → 60 MB.
 */
export function weightedPeak(
  peaks: readonly { readonly atMs: number; readonly bytes: number }[],
  nowMs: number,
): number {
  return peaks.reduce(
    (most, { atMs, bytes }) => Math.max(most, bytes * 2 ** (-(nowMs - atMs) / (48 * HOUR_MS))),
    0,
  );
}
