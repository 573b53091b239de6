import type { Language } from './execution.ts';

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

export type ExternalCall = {
  readonly kind: 'http' | 'socket' | 'dns' | 'database' | 'cloud' | 'broker' | 'subprocess';
  readonly callee: string;
  readonly line: number;
  readonly loopDepth: number;
};

export type DataStructure = {
  readonly kind: string;
  readonly line: number;
  /** Evaluated size; undefined when it depends on input. */
  readonly bytes?: number;
  /** True when it grows inside a loop. */
  readonly grows: boolean;
};

export type FunctionProfile = {
  readonly name: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly cyclomatic: number;
  readonly cognitive: number;
  readonly loopDepth: number;
  readonly recursion: RecursionKind;
  readonly class: ComplexityClass;
  readonly score: number;
  readonly calls: readonly string[];
};

/** What static analysis says of the code. */
export type ComplexityProfile = {
  readonly file?: string;
  readonly language: Language;
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
  readonly functions: readonly FunctionProfile[];
  readonly externalCalls: readonly ExternalCall[];
  readonly dataStructures: readonly DataStructure[];
  /** Names of what makes it parallel: threads, processes, workers. */
  readonly parallelism: readonly string[];
  readonly demand: Demand;
};
