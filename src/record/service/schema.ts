/** What the service knows beyond the runs themselves; forward only, as the store's own steps. */
const first = `
  CREATE TABLE executions (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    request TEXT NOT NULL,
    labels TEXT NOT NULL,
    scaling TEXT NOT NULL,
    idempotency_key TEXT,
    idempotency_digest TEXT,
    started_at_ms INTEGER,
    ended_at_ms INTEGER,
    outcome TEXT,
    result TEXT
  ) STRICT;
  CREATE INDEX executions_by_tenant ON executions (tenant, created_at_ms, id);
  CREATE INDEX executions_by_state ON executions (state);
  CREATE UNIQUE INDEX executions_by_key ON executions (tenant, idempotency_key)
    WHERE idempotency_key IS NOT NULL;

  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    execution TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
    tenant TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_execution ON events (execution, sequence);
  CREATE INDEX events_by_tenant ON events (tenant, sequence);

  CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    tenant TEXT NOT NULL,
    scopes TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    revoked_at_ms INTEGER
  ) STRICT;

  CREATE TABLE documents (
    kind TEXT NOT NULL,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, tenant, name)
  ) STRICT;
`;

const webhooks = `
  CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    kinds TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    seen_sequence INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    due_at_ms INTEGER NOT NULL,
    problem TEXT
  ) STRICT;
  CREATE INDEX deliveries_by_webhook ON deliveries (webhook, state);
  CREATE INDEX deliveries_by_due ON deliveries (state, due_at_ms);
`;

export const SERVICE_MIGRATIONS: readonly string[] = [first, webhooks];
