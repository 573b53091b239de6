import type { DatabaseSync } from 'node:sqlite';
import type { Submission } from '#model/execution.ts';
import type { HistoryEstimate } from '#model/history.ts';
import type { PlaceVisits } from '#model/phase.ts';
import type { RunSummary, TimelinePoint } from '#model/summary.ts';
import { fromStoredJson, toStoredJson } from '../stored-json.ts';
import { estimate, type Known } from './estimate.ts';
import { fold, type Knowledge } from './knowledge.ts';
import { nearest } from './neighbours.ts';
import { observe } from './observation.ts';

/** Thirteen half-lives: what is left weighs nothing. */
const KEPT_MS = 182 * 86_400_000;

export type Lesson = {
  readonly summary: RunSummary;
  /** Readings alone: what a policy or a forecast made up is never among them. */
  readonly timeline: readonly TimelinePoint[];
  readonly places?: readonly PlaceVisits[];
  readonly submission: Pick<Submission, 'fingerprint' | 'normalizedFingerprint'>;
  /** What it is called for people. */
  readonly title?: string;
  /** The code as a point among others (size/features.ts); absent where it was not read. */
  readonly features?: readonly number[];
  readonly atMs: number;
};

export type CodeIdentity = {
  readonly fingerprint: string;
  readonly normalizedFingerprint: string;
  readonly features?: readonly number[];
  readonly nowMs: number;
};

/** Keeps what a run teaches about its code; runs that teach nothing are passed over. */
export function learn(database: DatabaseSync, lesson: Lesson): void {
  const { summary, timeline, places = [], submission, title = '', features, atMs } = lesson;
  const observation = observe(summary, timeline);
  if (observation === undefined) return;
  const { fingerprint, normalizedFingerprint } = submission;
  // Two runs of one code that end at once must not forget each other.
  database.exec('BEGIN IMMEDIATE');
  try {
    const known = knowledgeOf(database, 'fingerprint', fingerprint)[0];
    const knowledge = fold(known, { observation, visits: places, atMs });
    database
      .prepare('INSERT OR REPLACE INTO learned VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(
        fingerprint,
        normalizedFingerprint,
        Math.round(knowledge.atMs),
        summary.language,
        title,
        features === undefined ? null : JSON.stringify(features),
        toStoredJson(knowledge),
      );
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Runs of the very same code; failing that, of code that differs in layout and literals; failing
 * that, of the most similar code.
 */
export function historyOf(
  database: DatabaseSync,
  { fingerprint, normalizedFingerprint, features, nowMs }: CodeIdentity,
): HistoryEstimate | undefined {
  const same = (column: 'fingerprint' | 'normalized_fingerprint', value: string) =>
    knowledgeOf(database, column, value).map((knowledge): Known => ({ knowledge, distance: 0 }));
  return (
    estimate(same('fingerprint', fingerprint), { relation: 'same', nowMs }) ??
    estimate(same('normalized_fingerprint', normalizedFingerprint), { relation: 'shape', nowMs }) ??
    (features && estimate(nearest(database, features), { relation: 'similar', nowMs }))
  );
}

/** Code that nobody has run for half a year. */
export function forgetStale(database: DatabaseSync, nowMs: number): void {
  database.prepare('DELETE FROM learned WHERE at_ms < ?').run(nowMs - KEPT_MS);
}

function knowledgeOf(
  database: DatabaseSync,
  column: 'fingerprint' | 'normalized_fingerprint',
  value: string,
): readonly Knowledge[] {
  return database
    .prepare(`SELECT knowledge FROM learned WHERE ${column} = ? ORDER BY at_ms DESC LIMIT 20`)
    .all(value)
    .map((row) => fromStoredJson<Knowledge>(String(row['knowledge'])));
}
