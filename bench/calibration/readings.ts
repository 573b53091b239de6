import type { Ahead } from '#model/ahead.ts';
import type { Sample } from '#model/sample.ts';

/** One reading of a run, with what its code claimed: all that forecasts are made of. */
export type Reading = {
  readonly atMs: number;
  readonly intervalMs: number;
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly claims: Ahead['claims'] | undefined;
};

export type RecordedRun = {
  readonly id: string;
  /** Runs of one group resemble each other: they are never in two folds. */
  readonly group: string;
  readonly readings: readonly Reading[];
};

export function writeReading(reading: Reading, sample: Sample): void {
  sample.atMs = reading.atMs;
  sample.intervalMs = reading.intervalMs;
  sample.cpuCoresUsed = reading.cpuCores;
  sample.memoryWorkingSetBytes = reading.memoryBytes;
  sample.memoryBytes = reading.memoryBytes;
}

/** The highest claims are what a source's silence is told by. */
export function writeClaims({ claims }: Reading, ahead: Ahead): void {
  ahead.cpuCores = 0;
  ahead.memoryBytes = 0;
  if (claims === undefined) return;
  for (const source of ['prior', 'history', 'progress'] as const) {
    Object.assign(ahead.claims[source], claims[source]);
    ahead.cpuCores = Math.max(ahead.cpuCores, claims[source].cpuCores);
    ahead.memoryBytes = Math.max(ahead.memoryBytes, claims[source].memoryBytes);
  }
}
