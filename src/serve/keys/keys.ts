import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { LimberError } from '#model/errors.ts';
import { SCOPES, type Scope, type StoredKey } from '#record/service/keys.ts';
import type { ServiceStore } from '#record/service/service-store.ts';

const PREFIX = 'lk';
const ID_BYTES = 6;
const SECRET_BYTES = 32;

/** Who asks, and what they may do. */
export type Caller = {
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  /** Rates are counted for each. */
  readonly keyId: string;
};

/** Without keys: whoever reaches this machine's loopback is its owner. */
export const OWNER: Caller = { tenant: 'default', scopes: SCOPES, keyId: 'owner' };

export type NewKey = {
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  readonly name: string;
};

/** `lk_ID_SECRET`, shown this once: only its hash is kept. */
export function createKey(
  store: ServiceStore,
  { tenant, scopes, name }: NewKey,
): { readonly key: string; readonly stored: StoredKey } {
  const id = randomBytes(ID_BYTES).toString('hex');
  const secret = randomBytes(SECRET_BYTES).toString('hex');
  const stored = { id, hash: hashOf(secret), tenant, scopes, name, createdAtMs: Date.now() };
  store.insertKey(stored);
  return { key: `${PREFIX}_${id}_${secret}`, stored };
}

/** Throws `key-missing` and `key-invalid`; both take the same time for any wrong secret. */
export function callerOf(store: ServiceStore, authorization: string | undefined): Caller {
  if (authorization === undefined) throw new LimberError('key-missing');
  const [, id, secret] = /^Bearer lk_([0-9a-f]+)_([0-9a-f]+)$/i.exec(authorization) ?? [];
  if (id === undefined || secret === undefined) throw new LimberError('key-invalid');
  const stored = store.findKey(id);
  const isRight = sameHash(hashOf(secret), stored?.hash ?? hashOf(''));
  if (!stored || !isRight || stored.revokedAtMs !== undefined) throw new LimberError('key-invalid');
  return { tenant: stored.tenant, scopes: stored.scopes, keyId: stored.id };
}

export function mustHave({ scopes }: Caller, scope: Scope): void {
  if (scopes.includes(scope) || scopes.includes('admin')) return;
  throw new LimberError('scope-missing', { scope, scopes: scopes.join(', ') });
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function sameHash(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one, 'hex'), Buffer.from(other, 'hex'));
}
