/** Where a program is: a file below its working folder is relative to that. Lines start at 1. */
export type Place = { readonly file: string; readonly function: string; readonly line: number };

export type LiveContainer = {
  readonly name: string;
  readonly function: string;
  readonly kind: string;
  readonly length: number;
  /** Estimated, with what it holds. */
  readonly bytes: number;
};

/** A loop under way whose bound is known: rounds done of rounds in all. */
export type LiveLoop = {
  readonly file: string;
  readonly firstLine: number;
  readonly done: number;
  readonly total: number;
};

export const LIVE_CALL_KINDS = ['http', 'socket', 'dns', 'database', 'subprocess'] as const;
export type LiveCallKind = (typeof LIVE_CALL_KINDS)[number];

/** A number of the program that the plan asks for: a variable, or a length as `len(rows)`. */
export type LiveValue = {
  readonly function: string;
  readonly name: string;
  readonly value: number;
};

/** A call to another system, under way or ended. */
export type LiveCall = {
  readonly id: number;
  readonly kind: LiveCallKind;
  /** Host and port, or the name of the program. */
  readonly target: string;
  /** CLOCK_MONOTONIC seconds. */
  readonly since: number;
  readonly seconds?: number;
  readonly bytes?: number;
  readonly error?: string;
};

/** What the interpreter tells of itself, as far as the language has it. */
export type LiveRuntime = {
  readonly threads?: number;
  readonly heapBytes?: number;
  readonly externalBytes?: number;
  readonly gcSeconds?: number;
  readonly loopDelayMs?: number;
  readonly handles?: number;
};

/** One look of a probe at one process. */
export type ProbeLook = {
  readonly kind: 'at';
  readonly pid: number;
  readonly atSeconds: number;
  readonly state: 'running' | 'waiting';
  /** Innermost first; the first may be a library's, those after it are the program's own. */
  readonly stack: readonly Place[];
  /** Frames of the busiest thread; a lower bound above 1,000. */
  readonly depth: number;
  /** Functions that are on the stack more than once. */
  readonly recursion: readonly { readonly function: string; readonly times: number }[];
  readonly containers: readonly LiveContainer[];
  readonly loops: readonly LiveLoop[];
  readonly values: readonly LiveValue[];
  /** Read was only where it is: containers, loops and values are those of the look before. */
  readonly isGlance?: true;
  /** Absent where only `call` messages tell of them. */
  readonly calls?: readonly LiveCall[];
  readonly runtime: LiveRuntime;
  readonly tookUsec: number;
};

/** docs/guides/probes.md has the protocol. */
export type ProbeMessage =
  | ProbeLook
  | {
      readonly kind: 'start';
      readonly pid: number;
      readonly atSeconds: number;
      readonly language: string;
    }
  | {
      readonly kind: 'call';
      readonly pid: number;
      readonly atSeconds: number;
      /** Ended when it has `seconds`, else begun. */
      readonly call: LiveCall;
    }
  | { readonly kind: 'end'; readonly pid: number; readonly atSeconds: number };
