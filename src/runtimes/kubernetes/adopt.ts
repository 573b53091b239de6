import type { Instance } from '#model/instance.ts';
import type { Client } from './api/client.ts';
import type { Pod } from './api/types.ts';
import { createPodInstance } from './instance.ts';
import type { KubernetesOptions } from './options.ts';
import { mainStatus } from './pod/end.ts';
import { LABEL, RECORD_ANNOTATION } from './pod/names.ts';
import { annotatePod } from './pod/patch.ts';
import { newClaim, recordOf, THIS_CONTROLLER } from './pod/record.ts';
import type { Pods } from './pod/pods.ts';
import { isAlive } from '../process/process-identity.ts';

/** Takes over a pod whose controller is gone. Its program never noticed. */
export async function adoptPod(
  { client, pods, options }: Adopting,
  id: string,
): Promise<Instance | undefined> {
  const [pod] = await listPods(client, options, `${LABEL.execution}=${id}`);
  const record = pod && recordOf(pod);
  if (!pod || !record || isAlive(record.controller)) return undefined;
  const state = mainStatus(pod)?.state;
  if (!state?.running && !state?.terminated) return undefined;
  const { namespace = '' } = pod.metadata;
  const owned = { ...record, controller: THIS_CONTROLLER, claim: newClaim() };
  const taken = await annotatePod(client, pod, { [RECORD_ANNOTATION]: JSON.stringify(owned) });
  const { filesBytes } = options.settings;
  const made = { client, pods, namespace, pod: taken, record: owned, filesBytes };
  return (await createPodInstance(made)).instance;
}

export type Adopting = {
  readonly client: Client;
  readonly pods: Pods;
  readonly options: KubernetesOptions;
};

/** Pods of this installation. */
export async function listPods(
  client: Client,
  { settings, installation }: KubernetesOptions,
  selector?: string,
): Promise<readonly Pod[]> {
  const labelSelector = [`${LABEL.installation}=${installation}`, selector]
    .filter(Boolean)
    .join(',');
  const { namespace } = settings;
  const path = namespace === undefined ? '/api/v1/pods' : `/api/v1/namespaces/${namespace}/pods`;
  const { items } = await client.request<{ readonly items: readonly Pod[] }>({
    verb: 'GET',
    path: `${path}?${new URLSearchParams({ labelSelector }).toString()}`,
  });
  return items;
}
