import type { Runtime, SweptInstance } from '../types.ts';
import { isAlive } from '../process/process-identity.ts';
import { adoptPod, listPods } from './adopt.ts';
import type { Client } from './api/client.ts';
import { requireVersion } from './api/version.ts';
import type { Pod } from './api/types.ts';
import { ENFORCEMENT } from './enforcement.ts';
import { launchPod } from './launch.ts';
import { shapedBy, shaperFinder } from './network/shaper.ts';
import type { KubernetesOptions } from './options.ts';
import { LABEL } from './pod/names.ts';
import { ensureNamespace } from './pod/namespace.ts';
import { recordOf, type PodRecord } from './pod/record.ts';
import { removePod } from './pod/remove.ts';
import { Pods } from './pod/pods.ts';

/** Pods of a Kubernetes cluster, resized in place. */
export function createKubernetesRuntime(options: KubernetesOptions, client: Client): Runtime {
  const { settings, installation } = options;
  const pods = new Pods(client, installation);
  const shaper = shaperFinder(client, settings);
  const namespaces = new Map<string, Promise<void>>();

  /** Once for each; tried again when it failed. */
  function prepareNamespace(name: string): Promise<void> {
    const known = namespaces.get(name);
    if (known) return known;
    const prepared = requireVersion(client).then(() => ensureNamespace(client, name, settings));
    namespaces.set(name, prepared);
    prepared.catch(() => namespaces.delete(name));
    return prepared;
  }

  async function forsaken(matches: (record: PodRecord) => boolean): Promise<readonly Forsaken[]> {
    return (await listPods(client, options)).flatMap((pod) => {
      const record = recordOf(pod);
      if (!record || isAlive(record.controller) || !matches(record)) return [];
      return [{ pod, swept: { id: record.id, controllerPid: record.controller.pid } }];
    });
  }

  const leftovers = () => forsaken(({ kept }) => kept === undefined);
  const remove = ({ metadata }: Pod) => removePod(client, metadata.namespace ?? '', metadata.name);

  return {
    kind: 'kubernetes',
    enforcement: ENFORCEMENT,
    launch: (spec) => launchPod({ client, pods, options, prepareNamespace, shaper }, spec),
    // A cluster that does not answer says so at the launch.
    shapes: () => shaper().then(shapedBy, () => shapedBy({ kind: 'nobody' })),
    adopt: (id) => adoptPod({ client, pods, options }, id),
    // No counter of them all is near: each tells of itself.
    cpuUsecOfAll: () => -1,
    orphans: async () => sweptOf(await forsaken(({ kept }) => kept !== undefined)),
    async discard(id) {
      for (const pod of await listPods(client, options, `${LABEL.execution}=${id}`))
        await remove(pod);
    },
    leftovers: async () => sweptOf(await leftovers()),
    async sweep() {
      const found = await leftovers();
      for (const { pod } of found) await remove(pod);
      return sweptOf(found);
    },
  };
}

type Forsaken = { readonly pod: Pod; readonly swept: SweptInstance };

function sweptOf(found: readonly Forsaken[]): readonly SweptInstance[] {
  return found.map(({ swept }) => swept);
}
