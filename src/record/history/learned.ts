import type { DatabaseSync } from 'node:sqlite';
import type { HistoryEstimate } from '#model/history.ts';
import { fromStoredJson } from '../stored-json.ts';
import { estimate } from './estimate.ts';
import type { Knowledge } from './knowledge.ts';

/** What is known of one code, for people and for other programs. */
export type Learned = {
  readonly fingerprint: string;
  readonly title: string;
  readonly language: string;
  readonly lastRunAtMs: number;
  readonly estimate: HistoryEstimate;
};

export type Selection =
  | { readonly kind: 'all' }
  /** The beginning of a fingerprint. */
  | { readonly kind: 'code'; readonly fingerprint: string }
  | { readonly kind: 'before'; readonly atMs: number };

/** Newest first. */
export function learned(
  database: DatabaseSync,
  { selection, nowMs }: { readonly selection: Selection; readonly nowMs: number },
): readonly Learned[] {
  const { where, value } = conditionOf(selection);
  const rows = database
    .prepare(
      `SELECT fingerprint, title, language, at_ms, knowledge FROM learned WHERE ${where}
       ORDER BY at_ms DESC, fingerprint`,
    )
    .all(value);
  return rows.flatMap((row) => {
    const knowledge = fromStoredJson<Knowledge>(String(row['knowledge']));
    const known = estimate([{ knowledge, distance: 0 }], { relation: 'same', nowMs });
    if (known === undefined) return [];
    return [
      {
        fingerprint: String(row['fingerprint']),
        title: String(row['title']),
        language: String(row['language']),
        lastRunAtMs: Number(row['at_ms']),
        estimate: known,
      },
    ];
  });
}

/** Returns how many codes it forgot. */
export function forget(database: DatabaseSync, selection: Selection): number {
  const { where, value } = conditionOf(selection);
  return Number(database.prepare(`DELETE FROM learned WHERE ${where}`).run(value).changes);
}

function conditionOf(selection: Selection): { where: string; value: string | number } {
  switch (selection.kind) {
    case 'all':
      return { where: '1 = ?', value: 1 };
    case 'code':
      return { where: 'substr(fingerprint, 1, length(?1)) = ?1', value: selection.fingerprint };
    case 'before':
      return { where: 'at_ms < ?', value: Math.round(selection.atMs) };
  }
}
