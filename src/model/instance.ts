import type { Allocation } from './allocation.ts';
import type { Activity } from './phase.ts';
import type { ResizeOutcome } from './decision.ts';
import type { RuntimeKind } from './execution.ts';
import type { Sample } from './sample.ts';

/** How the program ended, as its runtime saw it. */
export type Exit = {
  readonly exitCode?: number;
  readonly signal?: NodeJS.Signals;
  /** Set when the kernel or Limber ended it because its memory maximum was reached. */
  readonly memoryExhausted: boolean;
  /** Bytes in use and size of the private /tmp at the end, where the runtime could tell. */
  readonly tmp?: { readonly usedBytes: number; readonly sizeBytes: number };
};

/** `enforce` changes limits; `observe` can only watch, and says why. */
export type Enforcement =
  | { readonly kind: 'enforce'; readonly cgroupVersion: 1 | 2 }
  | { readonly kind: 'observe'; readonly problem: string; readonly hint: string };

/**
 * The isolated thing that an execution runs in.
 * Lifecycle: launch (or adopt) → sample, resize, signal … → exited → release.
 */
export type Instance = {
  readonly id: string;
  readonly runtime: RuntimeKind;
  readonly enforcement: Enforcement;
  /** Milliseconds that a resize takes here, measured; the predictor's horizon adds it. */
  readonly actuationLatencyMs: number;
  /** Resolves once, when the program and everything it started are gone. */
  readonly exited: Promise<Exit>;
  readonly allocation: () => Allocation;
  /** Reads the instance into `into`; false when it is gone. Synchronous and free of allocation. */
  readonly sample: (into: Sample, nowMs: number) => boolean;
  /** Cheap check whether an idle instance woke: CPU microseconds used in all, or -1 when gone. */
  readonly cpuUsecTotal: () => number;
  /** Growth is in force when this returns; what must converge resolves later. */
  readonly resize: (target: Allocation) => ResizeOutcome | Promise<ResizeOutcome>;
  /** Sends a signal to the program's foreground processes; `kill` ends every process at once. */
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly kill: () => void;
  /** Tells the program its current allocation (a file it can read). */
  readonly publish: (allocation: Allocation, activity: Activity) => void;
  /** Removes everything that the instance used: cgroups, namespaces, mounts, files. */
  readonly release: () => Promise<void>;
};

export type StandardStreams = {
  readonly stdin: NodeJS.WritableStream | null;
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;
};
