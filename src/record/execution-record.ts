import type { Allocation } from '#model/allocation.ts';
import type { ComplexityProfile } from '#model/complexity.ts';
import type { Outcome, Submission } from '#model/execution.ts';
import type { Enforcement } from '#model/instance.ts';
import type { RunSummary } from '#model/summary.ts';
import { fromStoredJson } from './stored-json.ts';

/** The part of the profile that later commands show. */
export type ProfileSummary = Pick<
  ComplexityProfile,
  'language' | 'score' | 'class' | 'spaceClass' | 'derivation' | 'demand'
>;

export type LaunchRecord = {
  readonly profile?: ProfileSummary;
  readonly initial: Allocation;
  readonly initialReasons: readonly string[];
  readonly enforcement: Enforcement;
};

/** A past or present run as the store knows it. `outcome` is absent while it runs. */
export type ExecutionRecord = {
  readonly id: string;
  readonly startedAtMs: number;
  readonly title: string;
  readonly submission: Submission;
  readonly controllerPid: number;
  /** Field 22 of /proc/<pid>/stat: tells the controller from a later process with its pid. */
  readonly controllerStartTicks: number;
  readonly launched?: LaunchRecord;
  readonly outcome?: Outcome;
  readonly summary?: RunSummary;
  /** Set when the controller ended without seeing the end. */
  readonly lostText?: string;
};

/** A row of `executions`. */
export type ExecutionRow = {
  readonly id: string;
  readonly started_at_ms: number;
  readonly title: string;
  readonly submission: string;
  readonly controller_pid: number;
  readonly controller_start_ticks: number;
  readonly launched: string | null;
  readonly outcome: Outcome | null;
  readonly summary: string | null;
  readonly lost_text: string | null;
};

export function toExecutionRecord(row: ExecutionRow): ExecutionRecord {
  return {
    id: row.id,
    startedAtMs: row.started_at_ms,
    title: row.title,
    submission: fromStoredJson<Submission>(row.submission),
    controllerPid: row.controller_pid,
    controllerStartTicks: row.controller_start_ticks,
    ...(row.launched !== null && { launched: fromStoredJson<LaunchRecord>(row.launched) }),
    ...(row.outcome !== null && { outcome: row.outcome }),
    ...(row.summary !== null && { summary: fromStoredJson<RunSummary>(row.summary) }),
    ...(row.lost_text !== null && { lostText: row.lost_text }),
  };
}

/** Values of environment variables are often secrets: the store keeps their names alone. */
export function withoutSecrets(submission: Submission): Submission {
  const names = Object.keys(submission.env).map((name) => [name, '(not recorded)'] as const);
  return { ...submission, env: Object.fromEntries(names) };
}
