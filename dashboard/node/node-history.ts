import { signal } from '@preact/signals';
import type { NodePast } from '#client/index.ts';
import type { AllocationKey } from '#model/allocation.ts';
import { firstAt } from '../charts/moments.ts';
import { TimeRange } from '../charts/time-range.ts';

type Kind = 'used' | 'allocated';

/** As many as the server keeps. */
const KEPT = 900;
const LEAST_SECONDS = 30;

/** What the node held and used, as the server has kept it; asked for what is new. */
export class NodeHistory {
  readonly revision = signal(0);
  readonly range = new TimeRange();
  #readings: NodePast['readings'] = [];

  /** ISO time of the newest reading. */
  get until(): string | undefined {
    return this.#readings.at(-1)?.at;
  }

  /** ISO time of the oldest one. */
  get since(): string {
    return this.#readings[0]?.at ?? '';
  }

  get length(): number {
    return this.#readings.length;
  }

  add({ readings }: NodePast): void {
    if (readings.length === 0) return;
    this.#readings = [...this.#readings, ...readings].slice(-KEPT);
    const times = this.times();
    const [first = 0, last = 0] = [times[0], times.at(-1)];
    this.range.whole = { min: first, max: Math.max(first + LEAST_SECONDS, last) };
    this.revision.value++;
  }

  /** Seconds since 1970. */
  times(): number[] {
    return this.#readings.map(({ at }) => Date.parse(at) / 1000);
  }

  /** The row of a moment; undefined: the last one. */
  rowOf(moment: number | undefined): number {
    const last = this.length - 1;
    return moment === undefined ? last : Math.min(last, firstAt(this.times(), moment));
  }

  column(key: AllocationKey, kind: Kind): number[] {
    return this.#readings.map((reading) => reading[kind][key]);
  }

  at(key: AllocationKey, kind: Kind, index = this.length - 1): number {
    return this.#readings[index]?.[kind][key] ?? 0;
  }
}
