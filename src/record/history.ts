import type { DatabaseSync } from 'node:sqlite';
import type { Submission } from '#model/execution.ts';
import type { HistoryEstimate } from '#model/history.ts';
import type { PlaceHistory } from '#model/phase.ts';
import type { RunSummary, TimelinePoint } from '#model/summary.ts';
import { estimate, type Dated } from './estimate.ts';
import { observe, type Observation } from './observation.ts';
import { fromStoredJson, toStoredJson } from './stored-json.ts';

/** Older runs weigh less than 0.9^20 = 0.12 each: they would not move an estimate. */
const KEPT_RUNS = 20;
/** Thirteen half-lives: what is left weighs nothing. */
const KEPT_MS = 182 * 86_400_000;

export type Lesson = {
  readonly summary: RunSummary;
  readonly timeline: readonly TimelinePoint[];
  readonly places?: readonly PlaceHistory[];
  readonly submission: Pick<Submission, 'fingerprint' | 'normalizedFingerprint'>;
  readonly atMs: number;
};

export type CodeIdentity = {
  readonly fingerprint: string;
  readonly normalizedFingerprint: string;
  readonly nowMs: number;
};

/** Keeps what a run teaches about its code; runs that teach nothing are passed over. */
export function learn(database: DatabaseSync, lesson: Lesson): void {
  const { summary, timeline, places, submission, atMs } = lesson;
  const observation = observe(summary, timeline, places);
  if (observation === undefined) return;
  const { fingerprint, normalizedFingerprint } = submission;
  database
    .prepare('INSERT OR REPLACE INTO observations VALUES (?, ?, ?, ?, ?)')
    .run(
      summary.execution,
      Math.round(atMs),
      fingerprint,
      normalizedFingerprint,
      toStoredJson(observation),
    );
  forgetOldest(database, fingerprint);
}

/** Runs of the very same code; failing that, of code that differs in layout and literals. */
export function historyOf(
  database: DatabaseSync,
  { fingerprint, normalizedFingerprint, nowMs }: CodeIdentity,
): HistoryEstimate | undefined {
  return (
    estimate(newest(database, 'fingerprint', fingerprint), { exact: true, nowMs }) ??
    estimate(newest(database, 'normalized_fingerprint', normalizedFingerprint), {
      exact: false,
      nowMs,
    })
  );
}

/** Code that nobody has run for half a year. */
export function forgetStale(database: DatabaseSync, nowMs: number): void {
  database.prepare('DELETE FROM observations WHERE at_ms < ?').run(nowMs - KEPT_MS);
}

function newest(
  database: DatabaseSync,
  column: 'fingerprint' | 'normalized_fingerprint',
  value: string,
): readonly Dated[] {
  const rows = database
    .prepare(
      `SELECT at_ms AS atMs, observation FROM observations WHERE ${column} = ?
       ORDER BY at_ms DESC, execution DESC LIMIT ?`,
    )
    .all(value, KEPT_RUNS) as { atMs: number; observation: string }[];
  return rows.map(({ atMs, observation }) => ({
    atMs,
    observation: fromStoredJson<Observation>(observation),
  }));
}

function forgetOldest(database: DatabaseSync, fingerprint: string): void {
  database
    .prepare(
      `DELETE FROM observations WHERE fingerprint = ?1 AND execution NOT IN (
         SELECT execution FROM observations WHERE fingerprint = ?1
         ORDER BY at_ms DESC, execution DESC LIMIT ?2)`,
    )
    .run(fingerprint, KEPT_RUNS);
}
