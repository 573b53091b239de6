import type { Allocation } from '#model/allocation.ts';
import type { Outcome } from '#model/execution.ts';
import type { TimelinePoint } from '#model/summary.ts';

/** A run as a line of `limber top`. */
export type LiveRun = {
  readonly id: string;
  readonly title: string;
  readonly status: Outcome | 'running' | 'queued';
  readonly startedAtMs: number;
  readonly policy: string;
  readonly priority: number;
  readonly latest?: TimelinePoint;
};

/** A run as `limber watch` shows it. */
export type WatchedRun = LiveRun & {
  readonly timeline: readonly TimelinePoint[];
  /** Why it was resized, oldest first. */
  readonly sentences: readonly string[];
};

/** What the two show: the store of this machine, or a server. */
export type LiveSource = {
  /** Newest first. */
  readonly runs: () => Promise<readonly LiveRun[]>;
  /** By its id, the beginning of its id, or `last`; rejects with `execution-unknown`. */
  readonly find: (id: string) => Promise<string>;
  readonly watch: (id: string) => Promise<WatchedRun>;
  /** What there is to share out; undefined where nobody tells. */
  readonly capacity: () => Promise<Pick<Allocation, 'cpuCores' | 'memoryBytes'> | undefined>;
};
