import type { Allocation } from './allocation.ts';
import type { ComplexityProfile } from './complexity.ts';
import type { Decision } from './decision.ts';
import type { Note } from './execution.ts';
import type { Enforcement } from './instance.ts';
import type { RunSummary, TimelinePoint } from './summary.ts';

/** What a run tells whoever watches it: the live line, the store, later the event streams. */
export type RunEvent =
  | { readonly kind: 'analyzed'; readonly profile: ComplexityProfile }
  | {
      readonly kind: 'launched';
      readonly execution: string;
      readonly initial: Allocation;
      readonly initialReasons: readonly string[];
      readonly enforcement: Enforcement;
    }
  /** At most ten a second, whatever the sampling rate. */
  | { readonly kind: 'sampled'; readonly point: TimelinePoint }
  | { readonly kind: 'decided'; readonly decision: Decision }
  | { readonly kind: 'noted'; readonly note: Note }
  | {
      readonly kind: 'ended';
      readonly summary: RunSummary;
      readonly timeline: readonly TimelinePoint[];
    };

export type RunObserver = (event: RunEvent) => void;
