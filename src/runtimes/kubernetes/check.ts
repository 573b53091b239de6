import type { Client } from './api/client.ts';
import { hasStatus, ifThere } from './api/failure.ts';
import { canResize, readVersion } from './api/version.ts';
import { readClusterCapacity } from './capacity.ts';
import type { ClusterCheck } from './cluster-check.ts';
import { checkAgents, checkRates } from './network/check.ts';
import type { KubernetesSettings } from './options.ts';
import { namespaceOf } from './pod/namespace.ts';

export type Right = {
  readonly verb: string;
  readonly group?: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Over the whole cluster, not in one namespace. */
  readonly everywhere?: boolean;
  /** What does not work without it. */
  readonly without: string;
};

const NETWORKING = 'networking.k8s.io';
const WHAT_RUNS = 'no run can be started';

/** What Limber asks the API server for; docs/guides/kubernetes.md has the roles. */
function neededRights({ namespace }: KubernetesSettings): readonly Right[] {
  const everywhere = namespace === undefined;
  return [
    { verb: 'create', resource: 'pods', without: WHAT_RUNS },
    { verb: 'list', resource: 'pods', everywhere, without: 'no run can be adopted or cleaned up' },
    { verb: 'watch', resource: 'pods', without: 'no end of a run is seen' },
    { verb: 'patch', resource: 'pods', without: 'no run can be adopted' },
    { verb: 'delete', resource: 'pods', without: 'no run can be cleaned up' },
    { verb: 'patch', resource: 'pods', subresource: 'resize', without: 'nothing is resized' },
    {
      verb: 'create',
      resource: 'pods',
      subresource: 'exec',
      without: 'no output, no readings, no signals',
    },
    // The way of WebSockets, which begin as a GET.
    {
      verb: 'get',
      resource: 'pods',
      subresource: 'exec',
      without: 'no output, no readings, no signals',
    },
    { verb: 'create', resource: 'configmaps', without: WHAT_RUNS },
    { verb: 'patch', resource: 'configmaps', without: 'what a killed controller made stays' },
    { verb: 'delete', resource: 'configmaps', without: 'no run can be cleaned up' },
    { verb: 'get', group: NETWORKING, resource: 'networkpolicies', without: WHAT_RUNS },
    { verb: 'create', group: NETWORKING, resource: 'networkpolicies', without: WHAT_RUNS },
    ...(everywhere
      ? ['get', 'create'].map((verb) => ({
          verb,
          resource: 'namespaces',
          everywhere,
          without: 'tenants have no namespaces; set kubernetes.namespace',
        }))
      : []),
  ];
}

/** What of a cluster works for Limber, and what does not. */
export async function checkCluster(
  client: Client,
  settings: KubernetesSettings,
): Promise<readonly ClusterCheck[]> {
  const namespace = namespaceOf('default', settings);
  const { isReachable, ...version } = await checkVersion(client);
  if (!isReachable) return [version];
  return [
    version,
    await checkRights(client, { needed: neededRights(settings), namespace }),
    await checkCapacity(client, settings),
    await checkAgents(client),
    await checkRates(client, settings),
    ...(settings.runtimeClassName === undefined
      ? []
      : [await checkRuntimeClass(client, settings.runtimeClassName)]),
  ];
}

/** Whether the cluster answers, and can resize. */
export async function checkVersion(
  client: Client,
): Promise<ClusterCheck & { readonly isReachable: boolean }> {
  const version = await readVersion(client).catch((error: unknown) => error as Error);
  if (version instanceof Error)
    return { name: 'cluster', ok: false, detail: version.message, hint: '', isReachable: false };
  return {
    name: 'cluster',
    isReachable: true,
    ok: canResize(version),
    detail: `${version.gitVersion} at ${client.connection.server}`,
    hint: 'Pods can be resized in place from 1.33 on: upgrade the cluster.',
  };
}

/** Which rights are missing, and what does not work without them. */
export async function checkRights(
  client: Client,
  {
    needed,
    namespace,
    hint = 'Bind the role of docs/guides/kubernetes.md to whoever the kubeconfig names.',
  }: {
    readonly needed: readonly Right[];
    readonly namespace: string;
    readonly hint?: string;
  },
): Promise<ClusterCheck> {
  const allowed = await Promise.all(needed.map((right) => isAllowed(client, right, namespace)));
  const missing = needed.filter((_, index) => !allowed[index]);
  return {
    name: 'rights',
    ok: missing.length === 0,
    detail:
      missing.length === 0
        ? `all ${needed.length} are there`
        : missing.map((right) => `may not ${nameOf(right)}: ${right.without}`).join('; '),
    hint,
  };
}

function nameOf({ verb, resource, subresource }: Right): string {
  return `${verb} ${resource}${subresource ? `/${subresource}` : ''}`;
}

async function isAllowed(
  client: Client,
  { verb, group = '', resource, subresource, everywhere }: Right,
  ownNamespace: string,
): Promise<boolean> {
  const review = await client.request<{ readonly status?: { readonly allowed?: boolean } }>({
    verb: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          verb,
          group,
          resource,
          ...(subresource && { subresource }),
          ...(!everywhere && { namespace: ownNamespace }),
        },
      },
    },
  });
  return review.status?.allowed === true;
}

async function checkCapacity(client: Client, settings: KubernetesSettings): Promise<ClusterCheck> {
  const hint = 'Allow `list nodes`, or set kubernetes.cpuCores and kubernetes.memoryBytes.';
  try {
    const { total } = await readClusterCapacity(client);
    const gib = (total.memoryBytes / 2 ** 30).toFixed(1);
    const detail = `nodes that are ready offer ${total.cpuCores} cores and ${gib} GiB`;
    return { name: 'nodes', ok: total.cpuCores > 0, detail, hint: 'No node is ready.' };
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    const isTold = settings.cpuCores !== undefined && settings.memoryBytes !== undefined;
    return { name: 'nodes', ok: isTold, detail: 'their size may not be read', hint };
  }
}

async function checkRuntimeClass(client: Client, name: string): Promise<ClusterCheck> {
  const found = await ifThere(
    client.request({ verb: 'GET', path: `/apis/node.k8s.io/v1/runtimeclasses/${name}` }),
  );
  return {
    name: 'runtime class',
    ok: found !== undefined,
    detail: found === undefined ? `the cluster has none named ${name}` : name,
    hint: 'Install it, or take kubernetes.runtimeClassName out of the configuration.',
  };
}
