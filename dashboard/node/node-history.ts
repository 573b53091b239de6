import { signal } from '@preact/signals';
import type { ListedExecution, NodeState } from '#client/index.ts';
import { ALLOCATION_KEYS, type AllocationKey } from '#model/allocation.ts';
import { TimeRange } from '../charts/time-range.ts';
import { Series } from '../run/series.ts';

const KINDS = ['used', 'allocated', 'capacity'] as const;
type Kind = (typeof KINDS)[number];
type Column = 'atSeconds' | `${AllocationKey}.${Kind}`;

const SHOWN_SECONDS = 300;

const COLUMNS: readonly Column[] = [
  'atSeconds',
  ...ALLOCATION_KEYS.flatMap((key) => KINDS.map((kind) => `${key}.${kind}` as const)),
];

/** What the node held and used since this page was first looked at. */
class NodeHistory {
  readonly series = new Series<Column>(COLUMNS);
  readonly revision = signal(0);
  readonly range = new TimeRange();
  #startedMs = Number.NaN;

  add({ capacity, free }: NodeState, running: readonly ListedExecution[]): void {
    if (this.series.length === 0) this.#startedMs = performance.now();
    const atSeconds = (performance.now() - this.#startedMs) / 1000;
    const row = { atSeconds } as Record<Column, number>;
    for (const key of ALLOCATION_KEYS) {
      row[`${key}.capacity`] = capacity[key];
      row[`${key}.allocated`] = capacity[key] - free[key];
      row[`${key}.used`] = running.reduce((sum, one) => sum + usedBy(one, key), 0);
    }
    this.series.push(row);
    this.range.whole = {
      min: Math.max(0, atSeconds - SHOWN_SECONDS),
      max: Math.max(30, atSeconds),
    };
    this.revision.value++;
  }

  column(key: AllocationKey, kind: Kind): Float64Array {
    return this.series.column(`${key}.${kind}`);
  }

  at(key: AllocationKey, kind: Kind, index = this.series.length - 1): number {
    return this.series.at(`${key}.${kind}`, index);
  }
}

export const history = new NodeHistory();

export function usedBy({ usage }: ListedExecution, key: AllocationKey): number {
  if (!usage) return 0;
  if (key === 'cpuCores') return usage.cpuCoresUsed;
  return key === 'memoryBytes' ? usage.memoryWorkingSetBytes : usage[key];
}
