import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Outcome } from '#model/execution.ts';
import type { RunSummary } from '#model/summary.ts';
import { fromStoredJson, toStoredJson } from '../stored-json.ts';

export const EXECUTION_STATES = ['queued', 'running', 'ended'] as const;
export type ExecutionState = (typeof EXECUTION_STATES)[number];

/** How it ended: with a summary when it ran, with a text when it did not. */
export type EndedResult = { readonly summary?: RunSummary; readonly text?: string };

export type ServiceExecution = {
  readonly id: string;
  readonly tenant: string;
  readonly createdAtMs: number;
  readonly state: ExecutionState;
  /** As it was asked for, without values of environment variables. */
  readonly request: unknown;
  readonly labels: Readonly<Record<string, string>>;
  /** What was last asked of its scaling. */
  readonly scaling: unknown;
  readonly idempotencyKey?: string;
  readonly idempotencyDigest?: string;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly outcome?: Outcome;
  readonly result?: EndedResult;
};

export type NewExecution = Pick<
  ServiceExecution,
  | 'id'
  | 'tenant'
  | 'createdAtMs'
  | 'request'
  | 'labels'
  | 'scaling'
  | 'idempotencyKey'
  | 'idempotencyDigest'
>;

export type ExecutionFilter = {
  /** Absent: of all tenants. */
  readonly tenant?: string;
  readonly state?: ExecutionState;
  readonly outcome?: Outcome;
  readonly labels?: Readonly<Record<string, string>>;
  /** Only what comes after this one in the list. */
  readonly after?: { readonly createdAtMs: number; readonly id: string };
  readonly limit: number;
};

export function insertExecution(database: DatabaseSync, execution: NewExecution): void {
  database
    .prepare(
      `INSERT INTO executions (id, tenant, created_at_ms, state, request, labels, scaling,
         idempotency_key, idempotency_digest) VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?)`,
    )
    .run(
      execution.id,
      execution.tenant,
      execution.createdAtMs,
      toStoredJson(execution.request),
      JSON.stringify(execution.labels),
      toStoredJson(execution.scaling),
      execution.idempotencyKey ?? null,
      execution.idempotencyDigest ?? null,
    );
}

export function markRunning(database: DatabaseSync, id: string, atMs: number): void {
  database
    .prepare(
      `UPDATE executions SET state = 'running', started_at_ms = ? WHERE id = ? AND state = 'queued'`,
    )
    .run(atMs, id);
}

export function changeScaling(database: DatabaseSync, id: string, scaling: unknown): void {
  database.prepare('UPDATE executions SET scaling = ? WHERE id = ?').run(toStoredJson(scaling), id);
}

/** False when it had ended before: there is one outcome, the first. */
export function markEnded(
  database: DatabaseSync,
  id: string,
  end: { readonly atMs: number; readonly outcome: Outcome; readonly result: EndedResult },
): boolean {
  const { changes } = database
    .prepare(
      `UPDATE executions SET state = 'ended', ended_at_ms = ?, outcome = ?, result = ?
       WHERE id = ? AND state <> 'ended'`,
    )
    .run(end.atMs, end.outcome, toStoredJson(end.result), id);
  return changes === 1;
}

export function findExecution(database: DatabaseSync, id: string): ServiceExecution | undefined {
  const row = database.prepare('SELECT * FROM executions WHERE id = ?').get(id);
  return row && toExecution(row as Row);
}

export function findByKey(
  database: DatabaseSync,
  tenant: string,
  key: string,
): ServiceExecution | undefined {
  const row = database
    .prepare('SELECT * FROM executions WHERE tenant = ? AND idempotency_key = ?')
    .get(tenant, key);
  return row && toExecution(row as Row);
}

/** Newest first. */
export function listExecutions(
  database: DatabaseSync,
  filter: ExecutionFilter,
): readonly ServiceExecution[] {
  const { text, values } = conditions(filter);
  const rows = database
    .prepare(
      `SELECT * FROM executions ${text} ORDER BY created_at_ms DESC, id DESC LIMIT ${Math.trunc(filter.limit)}`,
    )
    .all(...values);
  return (rows as Row[]).map(toExecution);
}

function conditions({ tenant, state, outcome, labels = {}, after }: ExecutionFilter) {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (text: string, ...more: SQLInputValue[]): void => {
    parts.push(text);
    values.push(...more);
  };
  if (tenant !== undefined) add('tenant = ?', tenant);
  if (state !== undefined) add('state = ?', state);
  if (outcome !== undefined) add('outcome = ?', outcome);
  for (const [name, value] of Object.entries(labels))
    add(
      'EXISTS (SELECT 1 FROM json_each(labels) WHERE key = ? AND json_each.value = ?)',
      name,
      value,
    );
  if (after) add('(created_at_ms, id) < (?, ?)', after.createdAtMs, after.id);
  return { text: parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '', values };
}

/** Ids of what ended before this moment. */
export function endedBefore(database: DatabaseSync, beforeMs: number): readonly string[] {
  return database
    .prepare(`SELECT id FROM executions WHERE state = 'ended' AND ended_at_ms < ?`)
    .all(beforeMs)
    .map((row) => String(row['id']));
}

export function removeExecution(database: DatabaseSync, id: string): void {
  database.prepare('DELETE FROM executions WHERE id = ?').run(id);
}

type Row = {
  readonly id: string;
  readonly tenant: string;
  readonly created_at_ms: number;
  readonly state: ExecutionState;
  readonly request: string;
  readonly labels: string;
  readonly scaling: string;
  readonly idempotency_key: string | null;
  readonly idempotency_digest: string | null;
  readonly started_at_ms: number | null;
  readonly ended_at_ms: number | null;
  readonly outcome: Outcome | null;
  readonly result: string | null;
};

function toExecution(row: Row): ServiceExecution {
  return {
    id: row.id,
    tenant: row.tenant,
    createdAtMs: row.created_at_ms,
    state: row.state,
    request: fromStoredJson(row.request),
    labels: JSON.parse(row.labels) as Record<string, string>,
    scaling: fromStoredJson(row.scaling),
    ...(row.idempotency_key !== null && { idempotencyKey: row.idempotency_key }),
    ...(row.idempotency_digest !== null && { idempotencyDigest: row.idempotency_digest }),
    ...(row.started_at_ms !== null && { startedAtMs: row.started_at_ms }),
    ...(row.ended_at_ms !== null && { endedAtMs: row.ended_at_ms }),
    ...(row.outcome !== null && { outcome: row.outcome }),
    ...(row.result !== null && { result: fromStoredJson<EndedResult>(row.result) }),
  };
}
