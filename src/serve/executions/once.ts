import { LimberError } from '#model/errors.ts';
import type { ServiceExecution } from '#record/service/executions.ts';
import type { ServiceStore } from '#record/service/service-store.ts';

export type Idempotency = { readonly key: string; readonly digest: string };

export type Accepted = { readonly execution: ServiceExecution; readonly isNew: boolean };

/** A request that is sent again is carried out once, also while the first is still being accepted. */
export class Once {
  readonly #store: ServiceStore;
  readonly #accepting = new Map<string, Promise<ServiceExecution>>();

  constructor(store: ServiceStore) {
    this.#store = store;
  }

  /** Throws `key-reused` where the key belongs to another request. */
  async carryOut(
    tenant: string,
    { key, digest }: Idempotency,
    accept: () => Promise<ServiceExecution>,
  ): Promise<Accepted> {
    const name = `${tenant}\0${key}`;
    const before =
      (await this.#accepting.get(name)?.catch(() => undefined)) ??
      this.#store.findByKey(tenant, key);
    if (before && before.idempotencyDigest !== digest) throw new LimberError('key-reused', { key });
    if (before) return { execution: before, isNew: false };
    const accepting = accept().finally(() => this.#accepting.delete(name));
    this.#accepting.set(name, accepting);
    return { execution: await accepting, isNew: true };
  }
}
