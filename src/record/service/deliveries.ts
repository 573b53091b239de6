import type { DatabaseSync } from 'node:sqlite';
import { sawUpTo, type Webhook } from './webhooks.ts';

export const DELIVERY_STATES = ['pending', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One event on its way to one webhook. What was taken is forgotten. */
export type Delivery = {
  readonly id: string;
  readonly webhook: string;
  /** What is sent, byte for byte the same with each attempt. */
  readonly body: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly dueAtMs: number;
  /** Why the last attempt failed. */
  readonly problem?: string;
};

export type NewDelivery = Pick<Delivery, 'id' | 'body' | 'createdAtMs'>;

/** Events become deliveries, and are seen: both or neither. */
export function enqueueDeliveries(
  database: DatabaseSync,
  { id: webhook }: Pick<Webhook, 'id'>,
  { deliveries, upTo }: { readonly deliveries: readonly NewDelivery[]; readonly upTo: number },
): void {
  const insert = database.prepare(
    `INSERT INTO deliveries (id, webhook, body, state, attempts, created_at_ms, due_at_ms)
     VALUES (?, ?, ?, 'pending', 0, ?, ?)`,
  );
  for (const { id, body, createdAtMs } of deliveries)
    insert.run(id, webhook, body, createdAtMs, createdAtMs);
  sawUpTo(database, webhook, upTo);
}

/** What is due, the oldest first, of webhooks that are enabled. */
export function dueDeliveries(
  database: DatabaseSync,
  nowMs: number,
  limit: number,
): readonly Delivery[] {
  const rows = database
    .prepare(
      `SELECT deliveries.* FROM deliveries JOIN webhooks ON webhooks.id = webhook
       WHERE state = 'pending' AND enabled = 1 AND due_at_ms <= ?
       ORDER BY due_at_ms, deliveries.rowid LIMIT ?`,
    )
    .all(nowMs, limit);
  return (rows as Row[]).map(toDelivery);
}

/** When the next is due; undefined when nothing waits. */
export function nextDueMs(database: DatabaseSync, afterMs: number): number | undefined {
  const row = database
    .prepare(
      `SELECT min(due_at_ms) AS due FROM deliveries JOIN webhooks ON webhooks.id = webhook
       WHERE state = 'pending' AND enabled = 1 AND due_at_ms > ?`,
    )
    .get(afterMs);
  const due = row?.['due'];
  return typeof due === 'number' ? due : undefined;
}

export function listDeliveries(
  database: DatabaseSync,
  webhook: string,
  { state, limit }: { readonly state?: DeliveryState | undefined; readonly limit: number },
): readonly Delivery[] {
  const rows = database
    .prepare(
      `SELECT * FROM deliveries WHERE webhook = ? AND state = coalesce(?, state)
       ORDER BY rowid LIMIT ?`,
    )
    .all(webhook, state ?? null, limit);
  return (rows as Row[]).map(toDelivery);
}

export function countDeliveries(
  database: DatabaseSync,
  state: DeliveryState,
  webhook?: string,
): number {
  const row = database
    .prepare(
      'SELECT count(*) AS many FROM deliveries WHERE state = ? AND webhook = coalesce(?, webhook)',
    )
    .get(state, webhook ?? null);
  return Number(row?.['many']);
}

export function removeDelivery(database: DatabaseSync, id: string): void {
  database.prepare('DELETE FROM deliveries WHERE id = ?').run(id);
}

export function postponeDelivery(
  database: DatabaseSync,
  id: string,
  {
    state,
    dueAtMs,
    problem,
  }: { readonly state: DeliveryState; readonly dueAtMs: number; readonly problem: string },
): void {
  database
    .prepare(
      `UPDATE deliveries SET state = ?, attempts = attempts + 1, due_at_ms = ?, problem = ?
       WHERE id = ?`,
    )
    .run(state, dueAtMs, problem, id);
}

/** Dead ones wait again, from their first attempt; of all of a webhook, or one. Returns how many. */
export function redeliver(
  database: DatabaseSync,
  webhook: string,
  { id, nowMs }: { readonly id?: string | undefined; readonly nowMs: number },
): number {
  const { changes } = database
    .prepare(
      `UPDATE deliveries SET state = 'pending', attempts = 0, due_at_ms = ?
       WHERE webhook = ? AND state = 'dead' AND id = coalesce(?, id)`,
    )
    .run(nowMs, webhook, id ?? null);
  return Number(changes);
}

/** Dead ones beyond the newest `most` of each webhook, and those from before `beforeMs`. */
export function forgetDead(
  database: DatabaseSync,
  { most, beforeMs }: { readonly most: number; readonly beforeMs: number },
): void {
  database
    .prepare(
      `DELETE FROM deliveries WHERE state = 'dead' AND (created_at_ms < ? OR rowid IN (
         SELECT id FROM (
           SELECT rowid AS id,
             row_number() OVER (PARTITION BY webhook ORDER BY rowid DESC) AS place
           FROM deliveries WHERE state = 'dead') WHERE place > ?))`,
    )
    .run(beforeMs, most);
}

type Row = {
  readonly id: string;
  readonly webhook: string;
  readonly body: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly created_at_ms: number;
  readonly due_at_ms: number;
  readonly problem: string | null;
};

function toDelivery(row: Row): Delivery {
  return {
    id: row.id,
    webhook: row.webhook,
    body: row.body,
    state: row.state,
    attempts: row.attempts,
    createdAtMs: row.created_at_ms,
    dueAtMs: row.due_at_ms,
    ...(row.problem !== null && { problem: row.problem }),
  };
}
