import { randomUUID } from 'node:crypto';

export type Stored = {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string }[];
  };
};

export type Change = {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Stored;
};

/** Objects with the versions, watches and garbage collection of an API server. */
export class Store {
  readonly #objects = new Map<string, Stored>();
  readonly #listeners = new Set<(change: Change) => void>();
  #changes: Change[] = [];
  #version = 100;
  /** Changes up to here are forgotten. */
  #compacted = 100;

  get version(): number {
    return this.#version;
  }

  get(kind: string, namespace: string, name: string): Stored | undefined {
    return this.#objects.get(keyOf(kind, namespace, name));
  }

  list(kind: string, namespace?: string): readonly Stored[] {
    return [...this.#objects.values()].filter(
      (object) =>
        object.kind === kind &&
        (namespace === undefined || object.metadata.namespace === namespace),
    );
  }

  create<T extends Stored>(object: T): T {
    const made = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: randomUUID(),
        generation: 1,
        creationTimestamp: new Date().toISOString(),
      },
    };
    return this.#put('ADDED', made);
  }

  update<T extends Stored>(object: T): T {
    return this.#put('MODIFIED', object);
  }

  remove(object: Stored): void {
    if (!this.#objects.delete(keyOfObject(object))) return;
    this.#tell('DELETED', this.#versioned(object));
    const { uid } = object.metadata;
    for (const other of [...this.#objects.values()])
      if (other.metadata.ownerReferences?.some((owner) => owner.uid === uid)) this.remove(other);
  }

  /** Undefined when that far back is forgotten. */
  since(version: number): readonly Change[] | undefined {
    if (version < this.#compacted) return undefined;
    return this.#changes.filter((change) => change.version > version);
  }

  compact(): void {
    this.#compacted = ++this.#version;
    this.#changes = [];
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #put<T extends Stored>(type: Change['type'], object: T): T {
    const versioned = this.#versioned(object);
    this.#objects.set(keyOfObject(versioned), versioned);
    this.#tell(type, versioned);
    return versioned;
  }

  #versioned<T extends Stored>(object: T): T {
    const resourceVersion = String(++this.#version);
    return { ...object, metadata: { ...object.metadata, resourceVersion } };
  }

  #tell(type: Change['type'], object: Stored): void {
    const change = { version: this.#version, type, object };
    this.#changes.push(change);
    for (const listener of [...this.#listeners]) listener(change);
  }
}

function keyOfObject({ kind, metadata }: Stored): string {
  return keyOf(kind, metadata.namespace ?? '', metadata.name);
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}
