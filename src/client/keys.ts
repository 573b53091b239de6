import type { CallOptions, Transport } from './transport.ts';
import type { CreatedKey, NewKey, StoredKey } from './types.ts';

/** API keys of all tenants, for who may administer the server. */
export class Keys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The key itself is in the answer, and nowhere else. */
  create(key: NewKey, { signal }: CallOptions = {}): Promise<CreatedKey> {
    return this.#transport.json('createKey', { json: key, signal });
  }

  async list({ signal }: CallOptions = {}): Promise<readonly StoredKey[]> {
    return (await this.#transport.json<{ keys: StoredKey[] }>('listKeys', { signal })).keys;
  }

  /** In force at once. */
  revoke(id: string, { signal }: CallOptions = {}): Promise<void> {
    return this.#transport.done('revokeKey', { path: { id }, signal });
  }
}
