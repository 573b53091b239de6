import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadConfig } from '#config/load.ts';
import type { Config } from '#config/schema.ts';
import { LimberError } from '#model/errors.ts';
import type { Allocation } from '#model/allocation.ts';
import { createClient } from '#runtimes/kubernetes/api/client.ts';
import { hasStatus } from '#runtimes/kubernetes/api/failure.ts';
import { openConnection } from '#runtimes/kubernetes/api/kubeconfig.ts';
import { readClusterCapacity } from '#runtimes/kubernetes/capacity.ts';
import { createKubernetesRuntime } from '#runtimes/kubernetes/runtime.ts';
import {
  assembleEngine,
  openPaths,
  PROBES_FOLDER,
  type Engine,
  type Environment,
} from './engine.ts';

const INSTALLATION_BYTES = 6;

/** The engine whose instances are pods: the same stages, with the cluster's capacity and its own books. */
export async function openKubernetesEngine(env: Environment): Promise<Engine> {
  const config = loadConfig({ env });
  const paths = openPaths(env);
  const client = createClient(openConnection(config.kubernetes, env));
  const { largest, total } = await capacityOf(client, config);
  const network = config.node.networkBitsPerSecond;
  const withRates = (amounts: typeof largest): Allocation => ({
    ...amounts,
    ingressBitsPerSecond: network,
    egressBitsPerSecond: network,
  });
  const runtime = createKubernetesRuntime(
    {
      settings: config.kubernetes,
      installation: installationOf(paths.home),
      probesFolder: PROBES_FOLDER,
    },
    client,
  );
  return assembleEngine({
    config,
    paths,
    runtime,
    capacity: withRates(largest),
    books: { path: `${paths.ledger}-kubernetes`, capacity: withRates(total) },
  });
}

/** Who may not list nodes says in the configuration what there is. */
async function capacityOf(client: ReturnType<typeof createClient>, { kubernetes }: Config) {
  const { cpuCores, memoryBytes } = kubernetes;
  if (cpuCores !== undefined && memoryBytes !== undefined) {
    const told = { cpuCores, memoryBytes };
    return { largest: told, total: told };
  }
  try {
    const { largest, total } = await readClusterCapacity(client);
    const share = {
      cpuCores: cpuCores ?? total.cpuCores,
      memoryBytes: memoryBytes ?? total.memoryBytes,
    };
    return { largest, total: share };
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    throw new LimberError(
      'kubernetes-config',
      {
        problem: 'the size of the cluster may not be read (list nodes)',
        hint: 'Allow it, or set kubernetes.cpuCores and kubernetes.memoryBytes in the configuration.',
      },
      { cause: error },
    );
  }
}

/** Made once for each home: by it a controller that comes back knows its pods. */
function installationOf(home: string): string {
  const path = `${home}/installation`;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, randomBytes(INSTALLATION_BYTES).toString('hex'), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8').trim();
}
