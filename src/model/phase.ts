import type { Place } from './probe.ts';

/** What the run does now, as far as its usage and its probe tell. */
export const ACTIVITIES = [
  'starting',
  'computing',
  'allocating',
  'transferring',
  /** Waits for an answer of another system. */
  'calling',
  /** Waits for a disk. */
  'reading',
  'waiting',
  /** Would compute, and waits for a processor that other programs hold. */
  'contended',
  'stalled',
] as const;

export type Activity = (typeof ACTIVITIES)[number];

/** A place of the program's own code that lasts: the outermost line of a loop, or a line outside loops. */
export type PhasePlace = Place & {
  /** `file:function:line`, the name under which it is learned. */
  readonly key: string;
  readonly isLoop: boolean;
  /** Loops around it, those of its callers on the stack included. */
  readonly loopDepth: number;
};

/** phase = place × what it does; one row for all the times that the run was in it. */
export type PhaseTotal = {
  /** `file:function:line`, or the command that ran where no probe told; empty where nothing did. */
  readonly place: string;
  readonly activity: Activity;
  readonly firstAtSeconds: number;
  readonly seconds: number;
  readonly visits: number;
  readonly coreSeconds: number;
  readonly peakMemoryBytes: number;
  /** Highest live complexity score, 0–100. */
  readonly score: number;
};

/** One stay of a run in a place. */
export type PlaceVisit = {
  readonly durationMs: number;
  readonly cpuCores: number;
  readonly grownBytes: number;
  readonly ingressBitsPerSecond: number;
  readonly egressBitsPerSecond: number;
};

/** What one run did in one place, and how often it went where from there. */
export type PlaceVisits = {
  readonly key: string;
  readonly visits: readonly PlaceVisit[];
  readonly next: Readonly<Record<string, number>>;
};

/** What a place cost in the past, for the runs to come. Times in milliseconds. */
export type PlaceHistory = {
  readonly key: string;
  readonly durationsMs: readonly number[];
  readonly cpuCores: number;
  readonly grownBytes: number;
  readonly ingressBitsPerSecond: number;
  readonly egressBitsPerSecond: number;
  readonly next: Readonly<Record<string, number>>;
};
