import type { DatabaseSync } from 'node:sqlite';
import { fromStoredJson, toStoredJson } from '../stored-json.ts';

/** Named policies, and the defaults of a tenant or of the node. */
export type DocumentKind = 'policy' | 'defaults';

export type StoredDocument = {
  readonly name: string;
  /** 1, then one more with every change. */
  readonly version: number;
  readonly body: unknown;
  readonly changedAtMs: number;
};

export type DocumentKey = {
  readonly kind: DocumentKind;
  readonly tenant: string;
  readonly name: string;
};

export function findDocument(
  database: DatabaseSync,
  { kind, tenant, name }: DocumentKey,
): StoredDocument | undefined {
  const row = database
    .prepare('SELECT * FROM documents WHERE kind = ? AND tenant = ? AND name = ?')
    .get(kind, tenant, name);
  return row && toDocument(row as Row);
}

/** Of any tenant. */
export function hasDocumentNamed(
  database: DatabaseSync,
  kind: DocumentKind,
  name: string,
): boolean {
  const query = database.prepare('SELECT 1 FROM documents WHERE kind = ? AND name = ? LIMIT 1');
  return query.get(kind, name) !== undefined;
}

export function listDocuments(
  database: DatabaseSync,
  { kind, tenant }: Omit<DocumentKey, 'name'>,
): readonly StoredDocument[] {
  const rows = database
    .prepare('SELECT * FROM documents WHERE kind = ? AND tenant = ? ORDER BY name')
    .all(kind, tenant);
  return (rows as Row[]).map(toDocument);
}

/**
 * Undefined when it is not at version `expected` any more (0: when it is there already); without
 * `expected` whatever is there is replaced.
 */
export function putDocument(
  database: DatabaseSync,
  key: DocumentKey,
  change: { readonly body: unknown; readonly atMs: number; readonly expected?: number | undefined },
): StoredDocument | undefined {
  const present = findDocument(database, key)?.version ?? 0;
  if (change.expected !== undefined && change.expected !== present) return undefined;
  database
    .prepare('INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?)')
    .run(key.kind, key.tenant, key.name, present + 1, toStoredJson(change.body), change.atMs);
  return { name: key.name, version: present + 1, body: change.body, changedAtMs: change.atMs };
}

export function removeDocument(
  database: DatabaseSync,
  { kind, tenant, name }: DocumentKey,
): boolean {
  const { changes } = database
    .prepare('DELETE FROM documents WHERE kind = ? AND tenant = ? AND name = ?')
    .run(kind, tenant, name);
  return changes === 1;
}

type Row = {
  readonly name: string;
  readonly version: number;
  readonly body: string;
  readonly changed_at_ms: number;
};

function toDocument({ name, version, body, changed_at_ms: changedAtMs }: Row): StoredDocument {
  return { name, version, body: fromStoredJson(body), changedAtMs };
}
