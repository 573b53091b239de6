import type { DatabaseSync } from 'node:sqlite';

export const SCOPES = ['run', 'steer', 'read', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export type StoredKey = {
  readonly id: string;
  /** SHA-256 of the secret: it has 256 random bits, so that nothing slower is needed. */
  readonly hash: string;
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  readonly name: string;
  readonly createdAtMs: number;
  readonly revokedAtMs?: number;
};

export function insertKey(database: DatabaseSync, key: StoredKey): void {
  database
    .prepare('INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, NULL)')
    .run(key.id, key.hash, key.tenant, key.scopes.join(' '), key.name, key.createdAtMs);
}

export function findKey(database: DatabaseSync, id: string): StoredKey | undefined {
  const row = database.prepare('SELECT * FROM keys WHERE id = ?').get(id);
  return row && toKey(row as Row);
}

/** Newest first; of one tenant, or of all. */
export function listKeys(database: DatabaseSync, tenant?: string): readonly StoredKey[] {
  const rows = database
    .prepare(
      'SELECT * FROM keys WHERE tenant = coalesce(?, tenant) ORDER BY created_at_ms DESC, id',
    )
    .all(tenant ?? null);
  return (rows as Row[]).map(toKey);
}

/** False when there is none that was still valid. */
export function revokeKey(database: DatabaseSync, id: string, atMs: number): boolean {
  const { changes } = database
    .prepare('UPDATE keys SET revoked_at_ms = ? WHERE id = ? AND revoked_at_ms IS NULL')
    .run(atMs, id);
  return changes === 1;
}

type Row = {
  readonly id: string;
  readonly hash: string;
  readonly tenant: string;
  readonly scopes: string;
  readonly name: string;
  readonly created_at_ms: number;
  readonly revoked_at_ms: number | null;
};

function toKey(row: Row): StoredKey {
  return {
    id: row.id,
    hash: row.hash,
    tenant: row.tenant,
    scopes: row.scopes.split(' ') as Scope[],
    name: row.name,
    createdAtMs: row.created_at_ms,
    ...(row.revoked_at_ms !== null && { revokedAtMs: row.revoked_at_ms }),
  };
}
