import { totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { readHere, type CodeReader } from '#analyze/code-reader.ts';
import { loadConfig } from '#config/load.ts';
import { readNodeCapacity } from '#config/node-capacity.ts';
import { lowMemoryBytesOf, openNodeMemory, type NodeMemory } from '#config/node-memory.ts';
import { resolvePaths, type Paths } from '#config/paths.ts';
import { makePrivateFolder } from '#config/private-folder.ts';
import type { Config } from '#config/schema.ts';
import { Controller } from '#loop/controller.ts';
import { shareOut } from '#arbitrate/share-out.ts';
import type { Allocation } from '#model/allocation.ts';
import { booksOf } from './node-books.ts';
import { openLedger, type Ledger } from '#record/ledger.ts';
import { openStore, type Store } from '#record/store.ts';
import { findHierarchy } from '#runtimes/process/cgroup/hierarchy.ts';
import { createProcessRuntime } from '#runtimes/process/runtime.ts';
import type { Runtime } from '#runtimes/types.ts';

/** Assets beside the compiled code and beside the source alike. */
export const PROBES_FOLDER = fileURLToPath(new URL('probes', import.meta.resolve('#package.json')));
const SHIM_PATH = `${PROBES_FOLDER}/process-shim.sh`;

/** Everything a run needs of this machine, wired together once. */
export type Engine = {
  readonly config: Config;
  readonly paths: Paths;
  /** What the node has, without ratios. */
  readonly capacity: Allocation;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly nodeMemory: NodeMemory;
  readonly runtime: Runtime;
  readonly controller: Controller;
  /** What is handed in to be run is read by it. */
  readonly reader: CodeReader;
};

export type Environment = Readonly<Record<string, string | undefined>>;

export function openEngine(env: Environment): Engine {
  const config = loadConfig({ env });
  const paths = openPaths(env);
  const capacity = readNodeCapacity(config.node);
  const runtime = createProcessRuntime({
    hierarchy: findHierarchy(),
    runtimeFolder: paths.runtime,
    workFolder: `${paths.home}/work`,
    shimPath: SHIM_PATH,
  });
  const books = { path: paths.ledger, capacity };
  return assembleEngine({ config, paths, capacity, runtime, books });
}

type EngineParts = Pick<Engine, 'config' | 'paths' | 'capacity' | 'runtime'> & {
  /** Where the books are kept, and what they share out. */
  readonly books: { readonly path: string; readonly capacity: Allocation };
};

/** What does not depend on the kind of instance. */
export function assembleEngine({ config, paths, capacity, runtime, books }: EngineParts): Engine {
  const store = openStore(paths.home);
  const { tenants } = config;
  const ledger = openLedger({ ...books, tenants, shareOut });
  const { residents, ...accounts } = booksOf(ledger);
  const nodeMemory = openNodeMemory();
  const relief = {
    ...residents,
    availableBytes: nodeMemory.availableBytes,
    lowBytes: config.node.lowMemoryBytes ?? lowMemoryBytesOf(totalmem()),
  };
  const controller = new Controller({
    ...accounts,
    // The memory of a cluster's nodes is the kubelets' to watch.
    ...(runtime.kind !== 'kubernetes' && { relief }),
    intervals: config.sampling,
    trend: config.predictive,
    cpuUsecOfAll: runtime.cpuUsecOfAll,
    clock: () => performance.now(),
  });
  const reader = readHere;
  return { config, paths, capacity, store, ledger, nodeMemory, runtime, controller, reader };
}

export function openPaths(env: Environment): Paths {
  const uid = process.getuid?.() ?? 0;
  const paths = resolvePaths({ env, uid });
  makePrivateFolder(paths.runtime, uid);
  return paths;
}

export function closeEngine({ store, ledger, nodeMemory, controller }: Engine): void {
  controller.stop();
  nodeMemory.close();
  ledger.close();
  store.close();
}
