import { mkdirSync } from 'node:fs';
import type { KeyOptions } from '#cli/handlers.ts';
import { alignRows, oneLine } from '#cli/text-table.ts';
import { resolvePaths } from '#config/paths.ts';
import { LimberError } from '#model/errors.ts';
import { openServiceStore, type ServiceStore } from '#record/service/service-store.ts';
import type { StoredKey } from '#record/service/keys.ts';
import { createKey } from '#serve/keys/keys.ts';
import type { Environment } from './engine.ts';

/** `limber key`: in force with the next request, since the server looks each time. */
export function keyCommand(options: KeyOptions, env: Environment): number {
  const { home } = resolvePaths({ env, uid: process.getuid?.() ?? 0 });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const store = openServiceStore(home);
  try {
    process.stdout.write(carryOut(store, options));
    return 0;
  } finally {
    store.close();
  }
}

function carryOut(store: ServiceStore, options: KeyOptions): string {
  const { action, id = '', json } = options;
  switch (action) {
    case 'create':
      return created(store, options);
    case 'list':
      return listed(store.listKeys(), json);
    case 'revoke':
      if (!store.revokeKey(id, Date.now())) throw new LimberError('key-unknown', { id });
      return json ? `${JSON.stringify({ id, revoked: true })}\n` : '';
  }
}

/** The key alone, so that it can be caught in a variable. */
function created(store: ServiceStore, options: KeyOptions): string {
  const { key, stored } = createKey(store, options);
  return options.json ? `${JSON.stringify({ key, ...withoutHash(stored) })}\n` : `${key}\n`;
}

function listed(keys: readonly StoredKey[], json: boolean): string {
  if (json) return `${JSON.stringify(keys.map(withoutHash), null, 2)}\n`;
  if (keys.length === 0) return 'There are no keys. `limber key create` makes one.\n';
  const rows = keys.map(({ id, tenant, scopes, name, createdAtMs, revokedAtMs }) => [
    id,
    tenant,
    scopes.join(','),
    new Date(createdAtMs).toISOString(),
    revokedAtMs === undefined ? 'valid' : 'revoked',
    oneLine(name),
  ]);
  const head = ['ID', 'TENANT', 'SCOPES', 'CREATED', 'STATE', 'NAME'];
  return `${alignRows([head, ...rows]).join('\n')}\n`;
}

function withoutHash({ hash: _hash, ...key }: StoredKey): Omit<StoredKey, 'hash'> {
  return key;
}
