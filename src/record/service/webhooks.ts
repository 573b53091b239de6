import type { DatabaseSync } from 'node:sqlite';
import type { EventKind } from './events.ts';

/** Where events of a tenant are sent. Its secret signs each of them, so it cannot be kept as a hash. */
export type Webhook = {
  readonly id: string;
  readonly tenant: string;
  readonly url: string;
  readonly secret: string;
  readonly kinds: readonly EventKind[];
  readonly enabled: boolean;
  readonly createdAtMs: number;
  /** Up to here events have become deliveries. */
  readonly seenSequence: number;
};

export function insertWebhook(database: DatabaseSync, webhook: Webhook): void {
  database
    .prepare('INSERT INTO webhooks VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      webhook.id,
      webhook.tenant,
      webhook.url,
      webhook.secret,
      webhook.kinds.join(' '),
      webhook.enabled ? 1 : 0,
      webhook.createdAtMs,
      webhook.seenSequence,
    );
}

/** Of one tenant, or of all; oldest first. */
export function listWebhooks(database: DatabaseSync, tenant?: string): readonly Webhook[] {
  const rows = database
    .prepare('SELECT * FROM webhooks WHERE tenant = coalesce(?, tenant) ORDER BY created_at_ms, id')
    .all(tenant ?? null);
  return (rows as Row[]).map(toWebhook);
}

export function findWebhook(database: DatabaseSync, id: string): Webhook | undefined {
  const row = database.prepare('SELECT * FROM webhooks WHERE id = ?').get(id);
  return row && toWebhook(row as Row);
}

export type WebhookChange = Pick<Webhook, 'url' | 'secret' | 'kinds' | 'enabled'>;

export function changeWebhook(
  database: DatabaseSync,
  id: string,
  { url, secret, kinds, enabled }: WebhookChange,
): void {
  database
    .prepare('UPDATE webhooks SET url = ?, secret = ?, kinds = ?, enabled = ? WHERE id = ?')
    .run(url, secret, kinds.join(' '), enabled ? 1 : 0, id);
}

/** What waits for it, and what it never took, go with it. */
export function removeWebhook(database: DatabaseSync, id: string): void {
  database.prepare('DELETE FROM webhooks WHERE id = ?').run(id);
}

export function sawUpTo(database: DatabaseSync, id: string, sequence: number): void {
  database.prepare('UPDATE webhooks SET seen_sequence = ? WHERE id = ?').run(sequence, id);
}

type Row = {
  readonly id: string;
  readonly tenant: string;
  readonly url: string;
  readonly secret: string;
  readonly kinds: string;
  readonly enabled: number;
  readonly created_at_ms: number;
  readonly seen_sequence: number;
};

function toWebhook(row: Row): Webhook {
  return {
    id: row.id,
    tenant: row.tenant,
    url: row.url,
    secret: row.secret,
    kinds: row.kinds.split(' ') as EventKind[],
    enabled: row.enabled === 1,
    createdAtMs: row.created_at_ms,
    seenSequence: row.seen_sequence,
  };
}
