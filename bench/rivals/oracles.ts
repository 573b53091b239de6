import type { Policy } from '#decide/policy.ts';
import type { Allocation } from '#model/allocation.ts';
import { durationMs, type Demand } from '#runtimes/simulated/demand.ts';
import type { SimulatedPolicy } from '#simulate/policy.ts';
import { setTo } from './change.ts';

/**
 * What no policy can know: the size that a run will reach at most, chosen once. The best that any
 * fixed size can do. For a real run, the demand is the trace of an earlier one.
 */
export const truePeak: SimulatedPolicy = {
  name: 'oracle: true peak',
  create: (): Policy => ({ name: 'true-peak', decide: () => undefined }),
  initial: peakOf,
};

export function peakOf(demand: Demand): Partial<Allocation> {
  return { cpuCores: highest(demand.cpuCores), memoryBytes: highest(demand.memoryBytes) };
}

function highest(column: Float64Array): number {
  return column.reduce((most, each) => Math.max(most, each), 0);
}

/** Until its next decision has surely come into force: an idle instance is read once in 1.2 s. */
const AHEAD_MS = 1200;
/** Smaller changes than these are no decisions to Limber: without them it would fall behind. */
const NOISE = { cpuCores: 0.01, memoryBytes: 65_536, share: 1.002 } as const;
/** It may lie behind where it would be without limits by this much. */
const BEHIND_MS = 500;

/**
 * Knows the whole trace: at every reading, the most that is wanted until the next change can be in
 * force. What is left to pay is the price of latency alone.
 */
export function clairvoyant(latencyMs: number): SimulatedPolicy {
  return {
    name: 'oracle: clairvoyant',
    initial: (demand) => wantedWithin(demand, 0, latencyMs + AHEAD_MS),
    create: (demand) => {
      let startMs = Number.NaN;
      return {
        name: 'clairvoyant',
        decide({ sample, allocation }) {
          if (Number.isNaN(startMs)) startMs = sample.atMs;
          const nowMs = sample.atMs - startMs - sample.memoryStalledMsTotal;
          const fromMs = Math.min(nowMs - BEHIND_MS, durationMs(demand) - BEHIND_MS);
          const wanted = wantedWithin(demand, Math.max(0, fromMs), nowMs + latencyMs + AHEAD_MS);
          return setTo(allocation, wanted, { signal: 'oracle', text: 'it knows' });
        },
      };
    },
  };
}

/** The most that is wanted between two moments. */
export function wantedWithin(
  { atMs, memoryBytes, cpuCores }: Demand,
  fromMs: number,
  toMs: number,
): Pick<Allocation, 'cpuCores' | 'memoryBytes'> {
  let [bytes, cores] = [0, 0];
  for (let knot = firstAfter(atMs, fromMs) - 1; knot < atMs.length - 1; knot++) {
    const [begin, end] = [atMs[knot]!, atMs[knot + 1]!];
    if (begin > toMs) break;
    const at = (ms: number) =>
      memoryBytes[knot]! +
      ((memoryBytes[knot + 1]! - memoryBytes[knot]!) * (ms - begin)) / Math.max(1e-9, end - begin);
    bytes = Math.max(bytes, at(Math.max(begin, fromMs)), at(Math.min(end, toMs)));
    cores = Math.max(cores, cpuCores[knot]!);
  }
  return { cpuCores: cores + NOISE.cpuCores, memoryBytes: bytes * NOISE.share + NOISE.memoryBytes };
}

function firstAfter(atMs: Float64Array, ms: number): number {
  let [low, high] = [1, atMs.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (atMs[middle]! <= ms) low = middle + 1;
    else high = middle;
  }
  return Math.max(1, low);
}
