import { ALLOCATION_KEYS, type Allocation, type AllocationKey } from '#model/allocation.ts';
import type { Outlook, Quantiles } from '#model/forecast.ts';
import type { TimelinePoint } from '#model/summary.ts';
import { PastUse } from './past-use.ts';

const HORIZONS_MS = [1000, 3000, 10_000, 30_000] as const;

type Resources = Readonly<Record<AllocationKey, PastUse>>;

/**
 * What a run is expected to use in the next seconds, for who watches it: each horizon once the run has
 * lasted three of them. Lifecycle: (observe → look)*.
 */
export class Outlooks {
  readonly #horizons: readonly Resources[] = HORIZONS_MS.map(resourcesOf);

  observe(point: TimelinePoint): void {
    const atMs = point.atSeconds * 1000;
    for (const resources of this.#horizons)
      for (const key of ALLOCATION_KEYS) resources[key].observe(atMs, usedOf(point, key));
  }

  /** Nearest first. Nothing is expected above `most`, and what is expected soon is so later, too. */
  look(most: Allocation): readonly Outlook[] {
    const outlooks: Outlook[] = [];
    for (const resources of this.#horizons) {
      const known = ALLOCATION_KEYS.map((key) => resources[key].forecast());
      if (known.some((quantiles) => quantiles === undefined)) break;
      const before = outlooks.at(-1);
      const expected = ALLOCATION_KEYS.map((key, index) => [
        key,
        within(known[index]!, before?.[key], most[key]),
      ]);
      const { horizonMs } = resources.cpuCores;
      outlooks.push({ horizonMs, ...Object.fromEntries(expected) } as Outlook);
    }
    return outlooks;
  }
}

function resourcesOf(horizonMs: number): Resources {
  const past = (rises: boolean) => new PastUse({ horizonMs, rises });
  return {
    cpuCores: past(false),
    memoryBytes: past(true),
    ingressBitsPerSecond: past(false),
    egressBitsPerSecond: past(false),
  };
}

function within(next: Quantiles, before: Quantiles | undefined, most: number): Quantiles {
  const at = (key: keyof Quantiles) => Math.min(most, Math.max(next[key], before?.[key] ?? 0));
  return { p50: at('p50'), p90: at('p90'), p95: at('p95'), p99: at('p99') };
}

function usedOf(point: TimelinePoint, key: AllocationKey): number {
  if (key === 'cpuCores') return point.cpuCoresUsed;
  return key === 'memoryBytes' ? point.memoryWorkingSetBytes : point[key];
}
