import type { TopOptions, WatchOptions } from '#cli/handlers.ts';
import { findRun, statusOf, type RunRecord } from '#cli/run-reader.ts';
import { showTop, showWatch } from '#cli/screen/show-live.ts';
import type { LiveRun, LiveSource } from '#cli/screen/source.ts';
import { loadConfig } from '#config/load.ts';
import { readNodeCapacity } from '#config/node-capacity.ts';
import { resolvePaths, type Environment } from '#config/paths.ts';
import { explain } from '#explain/sentence.ts';
import { openStore, type Store } from '#record/store.ts';

const NEWEST = 200;

/** `limber top`. */
export function top(options: TopOptions, env: Environment): Promise<number> {
  return withSource(env, (source) => showTop(options, placeOf(source)));
}

/** `limber watch`. Throws `execution-unknown`. */
export function watch(options: WatchOptions, env: Environment): Promise<number> {
  return withSource(env, (source) => showWatch(options, placeOf(source)));
}

/** The terminal that this process has. */
export function placeOf(source: LiveSource) {
  return { source, output: process.stdout, input: process.stdin, nowMs: Date.now };
}

async function withSource(
  env: Environment,
  use: (source: LiveSource) => Promise<number>,
): Promise<number> {
  const paths = resolvePaths({ env, uid: process.getuid?.() ?? 0 });
  const capacity = readNodeCapacity(loadConfig({ env }).node);
  const store = openStore(paths.home);
  try {
    return await use(storeSource(store, capacity));
  } finally {
    store.close();
  }
}

/** What the store of this machine says; other processes write it while they run. */
function storeSource(
  store: Store,
  capacity: Awaited<ReturnType<LiveSource['capacity']>>,
): LiveSource {
  return {
    runs: async () => store.list({ limit: NEWEST }).map((record) => runOf(store, record)),
    find: async (id) => findRun(store, id).id,
    watch: async (id) => ({
      ...runOf(store, store.get(id)),
      timeline: store.timeline(id),
      sentences: explain(store.decisions(id), { all: false }),
    }),
    capacity: async () => capacity,
  };
}

function runOf(store: Store, record: RunRecord): LiveRun {
  const { id, title, startedAtMs, submission } = record;
  const latest = record.outcome ? undefined : store.latest(id);
  return {
    id,
    title,
    startedAtMs,
    status: statusOf(record),
    policy: submission.policy,
    priority: submission.constraints.priority,
    ...(latest && { latest }),
  };
}
