import type { Client } from '#runtimes/kubernetes/api/client.ts';
import type { Meta } from '#runtimes/kubernetes/api/types.ts';
import { openWatch } from '#runtimes/kubernetes/api/watch.ts';

export type InformerOptions<T> = {
  readonly client: Client;
  /** Of the collection, over all namespaces or in one. */
  readonly path: string;
  /** What of an object is kept: of ten thousand pods, that is what the process weighs. */
  readonly keep?: (item: T) => T;
  readonly onChange: (change: { readonly now?: T; readonly before?: T }) => void;
};

/**
 * A collection as the API server has it, kept up to date by one watch. Nobody asks the server twice.
 * Lifecycle: start → (get, in, all, changes)* → stop.
 */
export class Informer<T extends { readonly metadata: Meta }> {
  readonly #options: InformerOptions<T>;
  readonly #namespaces = new Map<string, Map<string, T>>();
  #stop: (() => void) | undefined;

  constructor(options: InformerOptions<T>) {
    this.#options = options;
  }

  /** Resolves when everything that is there is known. */
  async start(): Promise<void> {
    const { client, path } = this.#options;
    this.#stop = await openWatch<T>({
      client,
      path,
      labelSelector: '',
      onList: (items) => this.#replace(items),
      onEvent: (type, item) => (type === 'DELETED' ? this.#remove(item) : this.#put(item)),
    });
  }

  stop(): void {
    this.#stop?.();
  }

  get(namespace: string, name: string): T | undefined {
    return this.#namespaces.get(namespace)?.get(name);
  }

  in(namespace: string): readonly T[] {
    return [...(this.#namespaces.get(namespace)?.values() ?? [])];
  }

  all(): readonly T[] {
    return [...this.#namespaces.values()].flatMap((items) => [...items.values()]);
  }

  #replace(items: readonly T[]): void {
    const there = new Set(items.map(({ metadata }) => keyOf(metadata)));
    for (const known of this.all()) if (!there.has(keyOf(known.metadata))) this.#remove(known);
    for (const item of items) this.#put(item);
  }

  #put(item: T): void {
    const { keep = (one: T) => one, onChange } = this.#options;
    const { namespace = '', name } = item.metadata;
    const items = this.#namespaces.get(namespace) ?? new Map<string, T>();
    this.#namespaces.set(namespace, items);
    const before = items.get(name);
    const now = keep(item);
    items.set(name, now);
    onChange(before ? { now, before } : { now });
  }

  #remove({ metadata }: T): void {
    const { namespace = '', name } = metadata;
    const items = this.#namespaces.get(namespace);
    const before = items?.get(name);
    if (!before) return;
    items?.delete(name);
    if (items?.size === 0) this.#namespaces.delete(namespace);
    this.#options.onChange({ before });
  }
}

export function keyOf({ namespace = '', name }: Meta): string {
  return `${namespace}/${name}`;
}
