import type { Client } from '../api/client.ts';
import type { Pod } from '../api/types.ts';
import { openWatch } from '../api/watch.ts';
import { LABEL } from './names.ts';

/** Undefined: it is gone. */
export type PodListener = (pod: Pod | undefined) => void;

type Namespace = {
  readonly pods: Map<string, Pod>;
  readonly listeners: Map<string, Set<PodListener>>;
  readonly opened: Promise<() => void>;
};

/**
 * The pods of this installation, kept up to date by one watch for each namespace in use: however many
 * there are, the API server is not polled. Lifecycle: follow → (events) → the end of following.
 */
export class Pods {
  readonly #client: Client;
  readonly #installation: string;
  readonly #namespaces = new Map<string, Namespace>();

  constructor(client: Client, installation: string) {
    this.#client = client;
    this.#installation = installation;
  }

  /** Tells of a pod whatever changes, from what is known now on. Returns the end of it. */
  async follow(namespace: string, name: string, listener: PodListener): Promise<() => void> {
    const watched = this.#watched(namespace);
    const listeners = watched.listeners.get(name) ?? new Set();
    watched.listeners.set(name, listeners.add(listener));
    await watched.opened;
    const known = watched.pods.get(name);
    if (known) listener(known);
    return () => this.#leave(namespace, watched, name, listener);
  }

  #watched(namespace: string): Namespace {
    const known = this.#namespaces.get(namespace);
    if (known) return known;
    const pods = new Map<string, Pod>();
    const listeners: Namespace['listeners'] = new Map();
    const tell = (name: string, pod: Pod | undefined) =>
      listeners.get(name)?.forEach((listener) => listener(pod));
    const opened = openWatch<Pod>({
      client: this.#client,
      path: `/api/v1/namespaces/${namespace}/pods`,
      labelSelector: `${LABEL.installation}=${this.#installation}`,
      onList(items) {
        const seen = new Set(items.map(({ metadata }) => metadata.name));
        for (const name of pods.keys())
          if (!seen.has(name) && pods.delete(name)) tell(name, undefined);
        for (const pod of items) pods.set(pod.metadata.name, pod);
        for (const pod of items) tell(pod.metadata.name, pod);
      },
      onEvent(type, pod) {
        const { name } = pod.metadata;
        if (type === 'DELETED') pods.delete(name);
        else pods.set(name, pod);
        tell(name, type === 'DELETED' ? undefined : pod);
      },
    });
    const watched = { pods, listeners, opened };
    this.#namespaces.set(namespace, watched);
    opened.catch(() => this.#namespaces.delete(namespace));
    return watched;
  }

  /** A watch that nobody needs would keep the process alive. */
  #leave(namespace: string, watched: Namespace, name: string, listener: PodListener): void {
    const listeners = watched.listeners.get(name);
    listeners?.delete(listener);
    if (listeners?.size === 0) watched.listeners.delete(name);
    if (watched.listeners.size > 0) return;
    if (this.#namespaces.get(namespace) === watched) this.#namespaces.delete(namespace);
    void watched.opened.then((close) => close());
  }
}
