import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.ts';
import { hasStatus } from './failure.ts';
import type { Meta, Status, WatchEvent } from './types.ts';

type Watched = { readonly metadata: Meta };
type List<T> = {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: T[];
};

/** The server ends a watch after this time, so that one that is dead without a word is noticed. */
const WATCH_SECONDS = 240;
/** A page of a list: of a large collection, neither side holds all of it as text at once. */
const PAGE_ITEMS = 500;
const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export type WatchOptions<T> = {
  readonly client: Client;
  /** Of the collection, without a query. */
  readonly path: string;
  readonly labelSelector: string;
  readonly fieldSelector?: string;
  /** The whole truth, at first and after anything may have been missed. */
  readonly onList: (items: readonly T[]) => void;
  readonly onEvent: (type: 'ADDED' | 'MODIFIED' | 'DELETED', item: T) => void;
};

/**
 * Lists, then follows. A watch that ends is taken up where it ended; one that cannot be (410: the
 * server has forgotten that far) begins anew with a list. Resolves after the first list.
 * Source: "Efficient detection of changes", Kubernetes API concepts.
 */
export async function openWatch<T extends Watched>(options: WatchOptions<T>): Promise<() => void> {
  const ended = new AbortController();
  const version = await list(options);
  void follow(options, version, ended.signal);
  return () => ended.abort();
}

async function list<T extends Watched>(options: WatchOptions<T>): Promise<string> {
  const { client, path, onList } = options;
  const all: T[] = [];
  let from: string | undefined;
  for (;;) {
    const query = new URLSearchParams({
      ...selectors(options),
      limit: String(PAGE_ITEMS),
      ...(from !== undefined && { continue: from }),
    });
    const { items, metadata } = await client.request<List<T>>({
      verb: 'GET',
      path: `${path}?${query.toString()}`,
    });
    all.push(...items);
    from = metadata.continue || undefined;
    if (from !== undefined) continue;
    onList(all);
    return metadata.resourceVersion;
  }
}

async function follow<T extends Watched>(
  options: WatchOptions<T>,
  from: string,
  signal: AbortSignal,
): Promise<void> {
  let version: string | undefined = from;
  let pauseMs = SHORTEST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      version ??= await list(options);
      version = await readEvents(options, version, signal);
      pauseMs = SHORTEST_PAUSE_MS;
    } catch (error) {
      if (signal.aborted) return;
      if (hasStatus(error, 410)) version = undefined;
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
    await sleep(pauseMs, undefined, { ref: false });
  }
}

/** The version up to which everything was seen; undefined when a list is needed. */
async function readEvents<T extends Watched>(
  options: WatchOptions<T>,
  from: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { client, path, onEvent } = options;
  const query = new URLSearchParams({
    watch: '1',
    ...selectors(options),
    resourceVersion: from,
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(WATCH_SECONDS),
  });
  let version = from;
  const response = await client.stream(`${path}?${query.toString()}`, signal);
  const lines = createInterface({ input: response });
  try {
    for await (const line of lines) {
      const { type, object } = JSON.parse(line) as WatchEvent<T>;
      if (type === 'ERROR') return isExpired(object) ? undefined : version;
      version = object.metadata.resourceVersion ?? version;
      if (type !== 'BOOKMARK') onEvent(type, object);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    // The connection broke: what was seen counts, the rest is asked for again.
  }
  return version;
}

function selectors<T>({ labelSelector, fieldSelector }: WatchOptions<T>) {
  return { labelSelector, ...(fieldSelector !== undefined && { fieldSelector }) };
}

function isExpired(object: unknown): boolean {
  return (object as Status).code === 410;
}
