import type { Elsewhere } from '#model/complexity.ts';
import type { Deadline } from '#analyze/deadline.ts';
import type { Costs } from '#analyze/features/bounds/costs.ts';
import type { Growth } from '#analyze/features/bounds/growth.ts';
import type { Values } from '#analyze/features/bounds/values.ts';
import type { CallGraph } from '#analyze/features/call-graph.ts';
import type { Survey } from '#analyze/features/survey.ts';

export type SpaceInput = {
  readonly survey: Survey;
  readonly graph: CallGraph;
  readonly values: Values;
  readonly costs: Costs;
  readonly deadline: Deadline;
};

/** One thing that grows with input. */
export type SpaceStep = {
  readonly growth: Growth;
  readonly line: number;
  readonly what: string;
  /** Frames of a recursion, and not what it keeps. */
  readonly isStack?: true;
  readonly elsewhere?: Elsewhere;
};
