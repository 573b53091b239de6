import type { Allocation } from './allocation.ts';
import type { ComplexityClass } from './complexity.ts';
import type { Reason } from './decision.ts';
import type { LoopProgress } from './forecast.ts';
import type { ProcessTotal } from './outside.ts';
import type { PhaseTotal } from './phase.ts';
import type { Language, Note, Outcome, RuntimeKind } from './execution.ts';

/** The document that `--summary` writes; published as schemas/limber.run.v1.json. */
export type RunSummary = {
  readonly schema: 'limber.run/v1';
  readonly execution: string;
  readonly outcome: Outcome;
  readonly exitCode: number;
  readonly signal: string | null;
  readonly wallSeconds: number;
  /** A built-in name, or the module of a user's own. */
  readonly policy: string;
  readonly runtime: RuntimeKind;
  readonly mode: 'enforce' | 'observe';
  readonly cgroupVersion: 1 | 2 | null;
  readonly language: Language;
  readonly complexity: { readonly score: number; readonly class: ComplexityClass | 'unknown' };
  readonly initial: Allocation;
  readonly cpu: {
    readonly usedCoreSeconds: number;
    readonly reservedCoreSeconds: number;
    readonly throttledSeconds: number;
  };
  readonly memory: {
    readonly peakBytes: number;
    /** Of all readings, without what the kernel can take back; absent in summaries of earlier versions. */
    readonly peakWorkingSetBytes?: number;
    readonly usedByteSeconds: number;
    readonly reservedByteSeconds: number;
    readonly stalledSeconds: number;
  };
  readonly network: {
    readonly receivedBytes: number;
    readonly sentBytes: number;
    readonly reservedBitSeconds: number;
  };
  readonly resizes: {
    readonly cpu: number;
    readonly memory: number;
    readonly network: number;
    readonly rolledBack: number;
  };
  readonly overhead: { readonly analyzeSeconds: number; readonly launchSeconds: number };
  /** What the run did where, in the order in which it came there. */
  readonly phases: readonly PhaseTotal[];
  /** The commands that used most CPU, at most 8. */
  readonly processes: readonly ProcessTotal[];
  readonly notes: readonly Note[];
  readonly decisions: readonly {
    readonly atSeconds: number;
    readonly from: Allocation;
    readonly to: Allocation;
    readonly state: 'applied' | 'converging' | 'refused' | 'failed';
    readonly reasons: readonly Reason[];
  }[];
};

/** One kept reading for pictures and replay: usage and allocation at a moment of the run. */
export type TimelinePoint = {
  readonly atSeconds: number;
  readonly allocation: Allocation;
  readonly cpuCoresUsed: number;
  readonly cpuCoresThrottled: number;
  readonly memoryBytes: number;
  readonly memoryWorkingSetBytes: number;
  readonly memoryStalled: boolean;
  readonly ingressBitsPerSecond: number;
  readonly egressBitsPerSecond: number;
  readonly processCount: number;
  readonly activity: string;
  /** `file:function:line` of the phase, or the command that runs; empty while nobody tells. */
  readonly place: string;
  /** Live complexity score, 0–100, while a probe tells. */
  readonly score?: number;
  /** While a loop is under way whose end can be told. */
  readonly progress?: LoopProgress;
};
