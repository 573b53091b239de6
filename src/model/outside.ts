/** What a process does, as its system calls and its CPU time tell. */
export const DOINGS = [
  'computing',
  'waiting-io',
  'waiting-network',
  'waiting-child',
  'sleeping',
  'waiting-lock',
] as const;
export type Doing = (typeof DOINGS)[number];

/** What a process waits for; `nothing` while it computes. */
export type WaitsFor =
  | 'nothing'
  | 'disk'
  | 'network'
  /** Another process at the other end of a pipe or a local socket. */
  | 'pipe'
  | 'terminal'
  | 'child'
  | 'timer'
  | 'lock';

/** Threads by run state: R, S (and all other waiting), D, Z. */
export type RunStates = {
  readonly running: number;
  readonly sleeping: number;
  readonly blocked: number;
  readonly zombie: number;
};

export type OutsideProcess = {
  readonly pid: number;
  readonly parentPid: number;
  /** Name of the command; printable, at most 15 characters. */
  readonly name: string;
  readonly threads: number;
  readonly states: RunStates;
  readonly doing: Doing;
  readonly waitsFor: WaitsFor;
  /** Over the time since the last look, at most one for each thread; NaN for the first. */
  readonly cpuCores: number;
  /** Since it was started. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  /** Clock ticks since boot. */
  readonly startTicks: number;
};

export type OutsideConnection = {
  readonly local: string;
  readonly peer: string;
  /** As `ss` names it: ESTAB, SYN-SENT … */
  readonly state: string;
  /** Smoothed; undefined until the first packet was acknowledged. */
  readonly roundTripMs: number | undefined;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly sendQueueBytes: number;
  readonly receiveQueueBytes: number;
  /**
   * What went over it last was sent, by the side that has the higher port, as who asks has: an answer is
   * owed, unless what was sent wants none.
   */
  readonly awaitsAnswer: boolean;
};

/** How far a process has come in a file that it reads from its beginning to its end. */
export type FileProgress = {
  readonly pid: number;
  readonly file: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
};

/** One look at a program from outside. What cannot be seen is left out, never guessed. */
export type OutsideReading = {
  readonly atMs: number;
  readonly doing: Doing;
  /** The command that runs now: `cc1` under a `make`; empty when nothing runs. */
  readonly place: string;
  /** What that command used since the last look, with what ran beside it; 0 for the first. */
  readonly placeCores: number;
  readonly processCount: number;
  readonly threadCount: number;
  readonly states: RunStates;
  /** At most 8 processes: most CPU first, then most memory. */
  readonly top: readonly OutsideProcess[];
  /** Of an instance with a network; up to a few seconds old. */
  readonly connections: readonly OutsideConnection[];
  readonly files: readonly FileProgress[];
  /** True when there are more processes than are looked at. */
  readonly isPartial: boolean;
};

/** What one command used in a run, over all processes that had its name. */
export type ProcessTotal = {
  /** Empty for all that came after the first 64 commands. */
  readonly name: string;
  readonly processes: number;
  readonly coreSeconds: number;
  /** Of one process. */
  readonly peakMemoryBytes: number;
};

/** What a runtime offers to those who look at a program from outside. */
export type OutsideSources = {
  /** Ids on this machine of the program's processes; the sandbox's own are left out. */
  readonly processIds: () => readonly number[];
  /** Undefined for an instance that has but its loopback. */
  readonly networkNamespacePath: string | undefined;
};
