import type { Bytes, CallOptions, Transport } from './transport.ts';
import type { StoredArchive } from './types.ts';

/** Many files at once, kept for executions to come: `archive: {id}`. */
export class Archives {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** A tar, tar.gz or zip; the same bytes have the same id. */
  put(bytes: Bytes, { signal }: CallOptions = {}): Promise<StoredArchive> {
    return this.#transport.json('putArchive', { bytes, isRepeatable: true, signal });
  }

  /** Executions that were made of it stay. */
  delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    return this.#transport.done('deleteArchive', { path: { id }, signal });
  }
}
