import type { DatabaseSync } from 'node:sqlite';
import { LimberError } from '#model/errors.ts';
import type { Submission } from '#model/execution.ts';
import type { RunSummary } from '#model/summary.ts';
import type { ControllerProcess } from './controller-process.ts';
import {
  toExecutionRecord,
  withoutSecrets,
  type ExecutionRecord,
  type ExecutionRow,
  type LaunchRecord,
} from './execution-record.ts';
import { toStoredJson } from './stored-json.ts';

const SHOWN_CANDIDATES = 4;

export type Beginning = {
  readonly id: string;
  readonly startedAtMs: number;
  readonly title: string;
  readonly submission: Submission;
  readonly controllerPid: number;
  readonly controllerStartTicks: number;
};

export function begin(database: DatabaseSync, run: Beginning): void {
  database
    .prepare(
      `INSERT INTO executions
         (id, started_at_ms, title, submission, controller_pid, controller_start_ticks)
       VALUES (?, ?, ?, ?, ?, ?)`,
    )
    .run(
      run.id,
      Math.round(run.startedAtMs),
      run.title,
      toStoredJson(withoutSecrets(run.submission)),
      run.controllerPid,
      run.controllerStartTicks,
    );
}

export function has(database: DatabaseSync, id: string): boolean {
  return database.prepare('SELECT 1 FROM executions WHERE id = ?').get(id) !== undefined;
}

export function takeOver(
  database: DatabaseSync,
  id: string,
  { controllerPid, controllerStartTicks }: ControllerProcess,
): void {
  database
    .prepare('UPDATE executions SET controller_pid = ?, controller_start_ticks = ? WHERE id = ?')
    .run(controllerPid, controllerStartTicks, id);
}

export function launched(database: DatabaseSync, id: string, launch: LaunchRecord): void {
  const { profile, initial, initialReasons, enforcement } = launch;
  const summary = profile && {
    language: profile.language,
    score: profile.score,
    class: profile.class,
    spaceClass: profile.spaceClass,
    derivation: profile.derivation,
    demand: profile.demand,
  };
  database
    .prepare('UPDATE executions SET launched = ? WHERE id = ?')
    .run(toStoredJson({ profile: summary, initial, initialReasons, enforcement }), id);
}

export function finish(database: DatabaseSync, id: string, summary: RunSummary): void {
  database
    .prepare('UPDATE executions SET outcome = ?, summary = ?, lost_text = NULL WHERE id = ?')
    .run(summary.outcome, toStoredJson(summary), id);
}

/** Leaves a run that has ended alone: its controller may finish it a moment before. */
export function markLost(database: DatabaseSync, id: string, text: string): void {
  database
    .prepare(
      `UPDATE executions SET outcome = 'lost', lost_text = ? WHERE id = ? AND outcome IS NULL`,
    )
    .run(text, id);
}

/** Newest first. */
export function list(
  database: DatabaseSync,
  { limit, running }: { readonly limit: number; readonly running?: boolean },
): readonly ExecutionRecord[] {
  const where = running === undefined ? '' : `WHERE outcome IS ${running ? '' : 'NOT'} NULL`;
  const rows = database
    .prepare(`SELECT * FROM executions ${where} ORDER BY started_at_ms DESC, id DESC LIMIT ?`)
    .all(limit);
  return (rows as ExecutionRow[]).map(toExecutionRecord);
}

export function get(database: DatabaseSync, idOrPrefix: string): ExecutionRecord {
  const rows = database
    .prepare(
      `SELECT * FROM executions WHERE substr(id, 1, length(?1)) = ?1
       ORDER BY id = ?1 DESC, started_at_ms DESC LIMIT ?2`,
    )
    .all(idOrPrefix, SHOWN_CANDIDATES + 1) as ExecutionRow[];
  const [first, ...others] = rows;
  if (idOrPrefix === '' || first === undefined) throw unknown(idOrPrefix, '');
  if (others.length === 0 || first.id === idOrPrefix) return toExecutionRecord(first);
  const shown = rows.slice(0, SHOWN_CANDIDATES).map(({ id }) => id);
  const more = rows.length > SHOWN_CANDIDATES ? ', …' : '';
  throw unknown(
    idOrPrefix,
    `: several begin with it (${shown.join(', ')}${more}); give more of it`,
  );
}

function unknown(id: string, hint: string): LimberError {
  return new LimberError('execution-unknown', { id, hint });
}
