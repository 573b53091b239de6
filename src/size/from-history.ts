import type { Allocation, AllocationKey } from '#model/allocation.ts';
import type { HistoryEstimate } from '#model/history.ts';
import { formatBitsPerSecond, formatBytes, formatCpuCores } from '#model/quantities.ts';
import { apply, type Estimator } from './estimator.ts';

const MEMORY_MARGIN = 1.05;
const CPU_MARGIN = 1.1;
/** Code that only looks the same, or is similar, may be called with other sizes. */
const SIMILAR_CODE_SHARE = 0.5;

/**
 * What the same code needed before moves the belief by w = weight / (weight + 1), half of that
 * for code that only looks the same: value = before + w · (history − before).
 * A start takes what runs had in use after half a second, not their peak: that comes on demand.
 * Example: before 64 MiB; one run today with 100 MiB at its start → 64 + 0.5 · (105 − 64) = 84.5;
 * after nine such runs, w is 0.86 with their decay, and it starts at 99 MiB.
 */
export function fromHistory(history: HistoryEstimate | undefined, base: Allocation): Estimator {
  if (history === undefined) return (sizing) => sizing;
  const trust = history.weight / (history.weight + 1);
  const share = history.relation === 'same' ? trust : trust * SIMILAR_CODE_SHARE;
  return (sizing) =>
    needsOf(history, base).reduce((sized, { key, value, format }) => {
      const before = sized.allocation[key];
      const moved = before + share * (value - before);
      return apply(sized, {
        key,
        value: key === 'cpuCores' ? moved : Math.ceil(moved),
        estimator: 'history',
        reason: `${runsOf(history)} call for ${format(value)} at the start; this moves ${Math.round(share * 100)} % of the way there`,
      });
    }, sizing);
}

type Need = {
  readonly key: AllocationKey;
  readonly value: number;
  readonly format: (amount: number) => string;
};

/**
 * CPU: the mean of the first half second hides that starting up an interpreter computes for a part
 * of it, so the base stays below it; and a start that was held back tells no more than that.
 */
function needsOf(history: HistoryEstimate, base: Allocation): readonly Need[] {
  const cpu = history.startCpuCores.atLeast ? history.cpuCores.p50 : history.startCpuCores.p95;
  return [
    {
      key: 'memoryBytes',
      value: history.startMemoryBytes.p95 * MEMORY_MARGIN,
      format: (bytes) => `${formatBytes(bytes)} of memory`,
    },
    {
      key: 'cpuCores',
      value: Math.max(base.cpuCores, cpu * CPU_MARGIN),
      format: (cores) => `${formatCpuCores(cores)} CPU`,
    },
    {
      key: 'ingressBitsPerSecond',
      value: history.ingressBitsPerSecond.p50,
      format: (rate) => `${formatBitsPerSecond(rate)}bit/s incoming`,
    },
    {
      key: 'egressBitsPerSecond',
      value: history.egressBitsPerSecond.p50,
      format: (rate) => `${formatBitsPerSecond(rate)}bit/s outgoing`,
    },
  ];
}

const WHOSE = {
  same: 'of this code',
  shape: 'of code like this',
  similar: 'of the most similar code',
} as const satisfies Record<HistoryEstimate['relation'], string>;

function runsOf({ runs, relation }: HistoryEstimate): string {
  const what = WHOSE[relation];
  return `${runs} ${runs === 1 ? 'run' : 'runs'} ${what}`;
}
