import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

const DAY_MS = 86_400_000;

export type Retention = {
  readonly keepRuns: number;
  readonly keepDays: number;
  readonly nowMs: number;
};

/** Forgets one run: its readings, its output. What was learned from it stays. */
export function remove(database: DatabaseSync, logFolder: string, id: string): void {
  database.prepare('DELETE FROM executions WHERE id = ?').run(id);
  rmSync(logFolder, { recursive: true, force: true });
}

/** Ids of ended runs that are beyond the newest `keepRuns` or older than `keepDays`. */
export function expired(database: DatabaseSync, retention: Retention): readonly string[] {
  const rows = database
    .prepare(
      `SELECT id FROM executions
       WHERE outcome IS NOT NULL AND (
         started_at_ms < ?1 OR
         id NOT IN (SELECT id FROM executions ORDER BY started_at_ms DESC, id DESC LIMIT ?2))`,
    )
    .all(retention.nowMs - retention.keepDays * DAY_MS, retention.keepRuns);
  return rows.map((row) => String(row['id']));
}

/** Output folders that no recorded run owns; a day old, so that none is just being made. */
export function orphanedFolders(
  database: DatabaseSync,
  runsFolder: string,
  nowMs: number,
): readonly string[] {
  const isKnown = database.prepare('SELECT 1 FROM executions WHERE id = ?');
  return readdirSync(runsFolder)
    .filter((name) => isKnown.get(name) === undefined)
    .map((name) => join(runsFolder, name))
    .filter((path) => nowMs - modifiedAtMs(path, nowMs) > DAY_MS);
}

/** Another process may prune the same folder: what has vanished counts as new. */
function modifiedAtMs(path: string, nowMs: number): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
}
