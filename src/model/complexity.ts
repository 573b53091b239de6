import type { Language } from './execution.ts';
import type { LiveQuantity } from './live-quantity.ts';
import type { CallStep, Site } from './site.ts';

/** Worst-case growth of time or space with the input, in ascending order. */
export const COMPLEXITY_CLASSES = [
  'constant',
  'logn',
  'linear',
  'nlogn',
  'quadratic',
  'cubic',
  'exponential',
] as const;
export type ComplexityClass = (typeof COMPLEXITY_CLASSES)[number];

export type Interval = { readonly low: number; readonly likely: number; readonly high: number };

export type DemandEstimate = Interval & { readonly reason: string };

/** What sizing uses. Every estimate is an interval with its reason. */
export type Demand = {
  /** Peak bytes of the structures that the code builds, without the interpreter. */
  readonly peakMemoryBytes: DemandEstimate;
  /** Cores that the code can keep busy at once. */
  readonly cpuCores: DemandEstimate;
  /** 0 = never touches the network, 1 = does little else. */
  readonly networkIntensity: DemandEstimate;
  /** Share of the run spent waiting, 0–1. */
  readonly idleShare: DemandEstimate;
};

export type RecursionKind = 'none' | 'tail' | 'linear' | 'branching' | 'mutual';

/** Where something is written in another file; its own `line` is what leads there. */
export type Elsewhere = {
  readonly file: string;
  readonly line: number;
  /** First line of the innermost loop around it there. */
  readonly loopLine?: number;
};

export type ExternalCall = {
  readonly kind: 'http' | 'socket' | 'dns' | 'database' | 'cloud' | 'broker' | 'subprocess';
  readonly callee: string;
  readonly line: number;
  /** Loops of the same function around it; on the way into another file, those on the way, too. */
  readonly loopDepth: number;
  /** First line of the innermost loop around it, in the same function. */
  readonly loopLine?: number;
  readonly elsewhere?: Elsewhere;
  /** The program waits for one before it starts the next, or has several under way at once. */
  readonly awaited: 'one-by-one' | 'parallel';
  /** The call itself says after what time it gives up. */
  readonly hasTimeout: boolean;
};

export type LoopKind = 'for' | 'each' | 'while' | 'do-while' | 'forever' | 'comprehension';

/** How the progress of a loop can be read while it runs. */
export type LiveBound =
  | {
      readonly kind: 'range' | 'while';
      readonly variable: string;
      readonly from: LiveQuantity;
      readonly to: LiveQuantity;
      readonly step: LiveQuantity;
    }
  | { readonly kind: 'each'; readonly variable: string; readonly over: string };

export type LoopProfile = {
  readonly startLine: number;
  readonly endLine: number;
  readonly kind: LoopKind;
  /** How often it runs each time it is entered: as a symbol (`n`, `log n`, `1`) and in words. */
  readonly bound: { readonly symbol: string; readonly words: string; readonly count?: number };
  /** All its rounds with what is inside them, each time it is entered; absent where unknown. */
  readonly class?: ComplexityClass;
  /** 1 for a loop that no other loop of the same function surrounds. */
  readonly depth: number;
  /** What it calls, inner loops included. */
  readonly calls: readonly string[];
  /** Where its progress can be read while it runs. */
  readonly live?: LiveBound;
};

export type RecurrenceTerm = {
  /** What the call hands on of an argument n: `n-1`, `n/2`; `?` where the code does not show it. */
  readonly argument: string;
  /** Such calls on one path through the function. */
  readonly calls: number;
  /** Made once in each round of a loop. */
  readonly inLoop: boolean;
};

/** T(n) = the terms and the function's own work. */
export type Recurrence = {
  readonly terms: readonly RecurrenceTerm[];
  /** No path makes all the calls: the largest term counts, not their sum. */
  readonly exclusive: boolean;
  /** The function's own work, as a symbol. */
  readonly work: string;
  readonly memoised: boolean;
  /** All of it in one line: `T(n) = 2·T(n/2) + n`. */
  readonly text: string;
};

export type DataStructure = {
  readonly kind: string;
  readonly line: number;
  /** Evaluated size; undefined when it depends on input. */
  readonly bytes?: number;
  /** True when it grows inside a loop. */
  readonly grows: boolean;
  readonly elsewhere?: Elsewhere;
};

export type FunctionProfile = {
  readonly name: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly cyclomatic: number;
  readonly cognitive: number;
  readonly loopDepth: number;
  readonly recursion: RecursionKind;
  /** Absent where nothing recurs. */
  readonly recurrence?: Recurrence;
  readonly loops: readonly LoopProfile[];
  readonly class: ComplexityClass;
  readonly score: number;
  readonly calls: readonly string[];
};

/** Time was up before all was looked at. */
export type AnalysisCut = {
  /** The stage that was stopped first: `parsing`, `call graph`, `sizes`. */
  readonly during: string;
  /** The time that the whole file had. */
  readonly deadlineMs: number;
};

/** What static analysis says of the code. */
export type ComplexityProfile = {
  readonly file?: string;
  readonly language: Language;
  /** Where present, the profile holds what was found until then, and bounds may be too low. */
  readonly cut?: AnalysisCut;
  /** Share of the source that parsed, 0–1. */
  readonly coveredFraction: number;
  /** First place that does not parse. */
  readonly syntaxError?: { readonly line: number; readonly column: number };
  /** 0–100, documented in docs/guides/complexity.md. */
  readonly score: number;
  readonly class: ComplexityClass | 'unknown';
  readonly spaceClass: ComplexityClass | 'unknown';
  /** The steps that lead to the class, in words. */
  readonly derivation: readonly string[];
  /** The same for the space class. */
  readonly spaceDerivation: readonly string[];
  /** Loops outside every function. */
  readonly loops: readonly LoopProfile[];
  readonly functions: readonly FunctionProfile[];
  readonly externalCalls: readonly ExternalCall[];
  readonly dataStructures: readonly DataStructure[];
  /** Places that will cost something, by line; absent where nothing was read. */
  readonly sites?: readonly Site[];
  /** What calls what: the steps of each function in the order in which a run comes to them. */
  readonly functionOrder?: readonly CallStep[];
  /** Names of what makes it parallel: threads, processes, workers. */
  readonly parallelism: readonly string[];
  /** Random numbers are drawn: two runs may differ. */
  readonly usesRandomness: boolean;
  /** Sleeps, or waits for a lock, a queue, a process or the terminal. */
  readonly waits: boolean;
  readonly demand: Demand;
};
