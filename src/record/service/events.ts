import type { DatabaseSync } from 'node:sqlite';
import { fromStoredJson, toStoredJson } from '../stored-json.ts';

export const EVENT_KINDS = [
  'state',
  'output',
  'sample',
  'phase',
  'decision',
  'resize',
  'scaling',
  'note',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export type NewEvent = {
  readonly execution: string;
  readonly tenant: string;
  readonly atMs: number;
  readonly kind: EventKind;
  readonly body: unknown;
};

/** `sequence` grows over all executions: whoever saw one knows what comes after. */
export type ServiceEvent = NewEvent & { readonly sequence: number };

export type EventFilter = {
  readonly execution?: string;
  readonly tenant?: string;
  readonly kinds?: readonly EventKind[];
};

export function appendEvents(
  database: DatabaseSync,
  events: readonly NewEvent[],
): readonly ServiceEvent[] {
  const insert = database.prepare(
    'INSERT INTO events (execution, tenant, at_ms, kind, body) VALUES (?, ?, ?, ?, ?)',
  );
  return events.map((event) => {
    const { execution, tenant, atMs, kind, body } = event;
    const { lastInsertRowid } = insert.run(execution, tenant, atMs, kind, toStoredJson(body));
    return { ...event, sequence: Number(lastInsertRowid) };
  });
}

/** In order. */
export function eventsAfter(
  database: DatabaseSync,
  after: number,
  { execution, tenant, kinds }: EventFilter,
  limit: number,
): readonly ServiceEvent[] {
  const [column, value] = execution === undefined ? ['tenant', tenant] : ['execution', execution];
  const parts = [
    'sequence > ?',
    ...(value === undefined ? [] : [`${column} = ?`]),
    ...(kinds ? [`kind IN (${kinds.map(() => '?').join(', ')})`] : []),
  ];
  const values = [after, ...(value === undefined ? [] : [value]), ...(kinds ?? [])];
  const rows = database
    .prepare(
      `SELECT * FROM events WHERE ${parts.join(' AND ')} ORDER BY sequence LIMIT ${Math.trunc(limit)}`,
    )
    .all(...values);
  return rows.map((row) => ({
    sequence: Number(row['sequence']),
    execution: String(row['execution']),
    tenant: String(row['tenant']),
    atMs: Number(row['at_ms']),
    kind: String(row['kind']) as EventKind,
    body: fromStoredJson(String(row['body'])),
  }));
}

export function lastSequence(database: DatabaseSync): number {
  const row = database.prepare('SELECT coalesce(max(sequence), 0) AS last FROM events').get();
  return Number(row?.['last']);
}
