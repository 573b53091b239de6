import type { Allocation } from '#model/allocation.ts';
import { quantileOf } from '../quantile.ts';
import { totalsOf, type RunResult, type Totals } from '../result.ts';

type Spread = { readonly p50: number; readonly p95: number; readonly most: number };

export type FleetTotals = Totals & {
  readonly admitted: number;
  /** Found no room in time. */
  readonly refused: number;
  readonly waitSeconds: Spread;
  readonly slowdowns: Spread;
  /** Growth that the node had nothing left for, told at most once a second per run. */
  readonly growthRefused: number;
  /** Highest first; of those that came to their end. */
  readonly priorities: readonly {
    readonly priority: number;
    readonly runs: number;
    readonly slowdowns: Spread;
  }[];
  readonly seconds: number;
  /** Of what all nodes have for all that time. */
  readonly used: { readonly cpu: number; readonly memory: number };
  readonly reserved: { readonly cpu: number; readonly memory: number };
};

/** What became of the runs of a fleet. Lifecycle: (admit, refuse, end)* → totals. */
export class FleetAccount {
  readonly #nodes: number;
  readonly #capacity: Allocation;
  readonly #results: RunResult[] = [];
  readonly #waitsMs: number[] = [];
  readonly #slowdowns = new Map<number, number[]>();
  #refused = 0;
  #growthRefused = 0;

  constructor(nodes: number, capacity: Allocation) {
    this.#nodes = nodes;
    this.#capacity = capacity;
  }

  /** Runs of which nothing more will be heard. */
  get ended(): number {
    return this.#results.length + this.#refused;
  }

  admit(waitedMs: number): void {
    this.#waitsMs.push(waitedMs);
  }

  refuse(): void {
    this.#refused++;
  }

  end(result: RunResult, run: { readonly priority: number; readonly refusals: number }): void {
    this.#results.push(result);
    this.#growthRefused += run.refusals;
    if (result.outcome !== 'succeeded') return;
    const slowdowns = this.#slowdowns.get(run.priority) ?? [];
    slowdowns.push(result.wallSeconds / result.demandSeconds);
    this.#slowdowns.set(run.priority, slowdowns);
  }

  totals(untilMs: number): FleetTotals {
    const seconds = untilMs / 1000;
    const coreSeconds = this.#nodes * this.#capacity.cpuCores * seconds;
    const byteSeconds = this.#nodes * this.#capacity.memoryBytes * seconds;
    const sum = (read: (result: RunResult) => number) =>
      this.#results.reduce((total, result) => total + read(result), 0);
    return {
      ...totalsOf(this.#results),
      admitted: this.#waitsMs.length,
      refused: this.#refused,
      waitSeconds: spreadOf(this.#waitsMs.map((ms) => ms / 1000)),
      slowdowns: spreadOf([...this.#slowdowns.values()].flat()),
      priorities: [...this.#slowdowns]
        .toSorted(([one], [other]) => other - one)
        .map(([priority, slowdowns]) => ({
          priority,
          runs: slowdowns.length,
          slowdowns: spreadOf(slowdowns),
        })),
      growthRefused: this.#growthRefused,
      seconds,
      used: {
        cpu: sum(({ cpu }) => cpu.usedCoreSeconds) / coreSeconds,
        memory: sum(({ memory }) => memory.usedByteSeconds) / byteSeconds,
      },
      reserved: {
        cpu: sum(({ cpu }) => cpu.reservedCoreSeconds) / coreSeconds,
        memory: sum(({ memory }) => memory.reservedByteSeconds) / byteSeconds,
      },
    };
  }
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  return {
    p50: quantileOf(sorted, 0.5),
    p95: quantileOf(sorted, 0.95),
    most: quantileOf(sorted, 1),
  };
}
