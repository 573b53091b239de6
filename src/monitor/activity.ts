import type { Activity } from '#model/phase.ts';
import type { Sample } from '#model/sample.ts';

const STARTING_MS = 50;
const COMPUTING_CORES = 0.3;
/** Of an allocation that is less than that. */
const COMPUTING_SHARE = 0.5;
const ALLOCATING_BYTES_PER_SECOND = 20e6;
const TRANSFERRING_BITS_PER_SECOND = 500e3;

/** What usage alone says of the run's phase: the first that applies, most urgent first. */
export function activityOf(input: {
  readonly sample: Sample;
  /** What it may use. */
  readonly cpuCores: number;
  readonly sinceStartMs: number;
  readonly memoryGrowthBytesPerSecond: number;
  /** How many cores it waits for; asked of those that seem to wait. */
  readonly contendedCores?: (() => number) | undefined;
}): Activity {
  const { sample } = input;
  if (sample.memoryStalled) return 'stalled';
  if (input.memoryGrowthBytesPerSecond > ALLOCATING_BYTES_PER_SECOND) return 'allocating';
  const bitsPerSecond = Math.max(sample.ingressBitsPerSecond, sample.egressBitsPerSecond);
  if (bitsPerSecond > TRANSFERRING_BITS_PER_SECOND) return 'transferring';
  if (sample.cpuCoresUsed > Math.min(COMPUTING_CORES, input.cpuCores * COMPUTING_SHARE))
    return 'computing';
  if (input.sinceStartMs < STARTING_MS) return 'starting';
  const wantedCores = sample.cpuCoresUsed + (input.contendedCores?.() ?? 0);
  return wantedCores > COMPUTING_CORES ? 'contended' : 'waiting';
}
