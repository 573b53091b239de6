import type { OperationName } from './operations.ts';
import type { CallOptions, Transport } from './transport.ts';
import type { NamedPolicy, ScalingChange, StoredDefaults, StoredPolicy } from './types.ts';

export type PutOptions = CallOptions & {
  /** Only while it is at this version; 0: only if there is none. */
  readonly ifVersion?: number | undefined;
};

/** The tenant's own policies: built-in ones with other settings. */
export class Policies {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async list({ signal }: CallOptions = {}): Promise<readonly StoredPolicy[]> {
    const call = { signal };
    return (await this.#transport.json<{ policies: StoredPolicy[] }>('listPolicies', call))
      .policies;
  }

  get(name: string, { signal }: CallOptions = {}): Promise<StoredPolicy> {
    return this.#transport.json('getPolicy', { path: { name }, signal });
  }

  put(name: string, policy: NamedPolicy, options: PutOptions = {}): Promise<StoredPolicy> {
    return this.#transport.json('putPolicy', { path: { name }, ...putCall(policy, options) });
  }

  delete(name: string, { signal }: CallOptions = {}): Promise<void> {
    return this.#transport.done('deletePolicy', { path: { name }, signal });
  }
}

/** How executions are scaled that ask for nothing else: of the tenant, or of the node. */
export class Defaults {
  readonly #transport: Transport;
  readonly #operations: { readonly get: OperationName; readonly put: OperationName };

  constructor(transport: Transport, whose: 'Tenant' | 'Node') {
    this.#transport = transport;
    this.#operations = { get: `get${whose}Defaults`, put: `put${whose}Defaults` };
  }

  get({ signal }: CallOptions = {}): Promise<StoredDefaults> {
    return this.#transport.json(this.#operations.get, { signal });
  }

  put(scaling: ScalingChange, options: PutOptions = {}): Promise<StoredDefaults> {
    return this.#transport.json(this.#operations.put, putCall(scaling, options));
  }
}

function putCall(json: unknown, { ifVersion, signal }: PutOptions) {
  const version = ifVersion === undefined ? undefined : `"${ifVersion}"`;
  // With a version, the second of two would be refused for the first.
  return { json, headers: { 'if-match': version }, isRepeatable: version === undefined, signal };
}
