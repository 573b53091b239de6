import type { Client } from '#runtimes/kubernetes/api/client.ts';
import { hasStatus } from '#runtimes/kubernetes/api/failure.ts';
import { checkRights, checkVersion, type Right } from '#runtimes/kubernetes/check.ts';
import type { ClusterCheck } from '#runtimes/kubernetes/cluster-check.ts';
import { checkAgents } from '#runtimes/kubernetes/network/check.ts';
import { GROUP, VERSION } from './elastic-policy.ts';

const AUTOSCALING = 'autoscaling';
const NOTHING_KNOWN = 'no policy is acted on';

/** What the operator asks the API server for; deploy/helm/limber/templates/rbac.yaml gives it. */
const NEEDED: readonly Omit<Right, 'everywhere'>[] = [
  { verb: 'list', group: GROUP, resource: 'elasticpolicies', without: NOTHING_KNOWN },
  { verb: 'watch', group: GROUP, resource: 'elasticpolicies', without: NOTHING_KNOWN },
  {
    verb: 'patch',
    group: GROUP,
    resource: 'elasticpolicies',
    subresource: 'status',
    without: 'policies have no status',
  },
  { verb: 'list', resource: 'pods', without: NOTHING_KNOWN },
  { verb: 'watch', resource: 'pods', without: NOTHING_KNOWN },
  { verb: 'patch', resource: 'pods', subresource: 'resize', without: 'nothing is resized' },
  { verb: 'create', resource: 'pods', subresource: 'exec', without: 'no usage is read' },
  { verb: 'get', resource: 'pods', subresource: 'exec', without: 'no usage is read' },
  {
    verb: 'create',
    resource: 'pods',
    subresource: 'eviction',
    without: 'InPlaceOrRecreate is InPlace',
  },
  { verb: 'create', resource: 'events', without: 'nothing is told as an event' },
  {
    verb: 'list',
    group: AUTOSCALING,
    resource: 'horizontalpodautoscalers',
    without: 'it does not start',
  },
  {
    verb: 'watch',
    group: AUTOSCALING,
    resource: 'horizontalpodautoscalers',
    without: 'HPAs are not seen',
  },
  { verb: 'list', resource: 'nodes', without: 'it does not start without --namespace' },
  { verb: 'watch', resource: 'nodes', without: 'nodes that come are not known' },
];

/** What of a cluster works for the operator, and what does not. */
export async function checkOperator(client: Client): Promise<readonly ClusterCheck[]> {
  const { isReachable, ...version } = await checkVersion(client);
  if (!isReachable) return [version];
  const rights = await checkRights(client, {
    needed: NEEDED.map((right) => ({ ...right, everywhere: true })),
    namespace: '',
    hint: 'Install deploy/manifests/limber.yaml, or bind its role to whoever the kubeconfig names.',
  });
  return [version, rights, await checkDefinitions(client), await checkAgents(client)];
}

async function checkDefinitions(client: Client): Promise<ClusterCheck> {
  const name = 'definitions';
  const hint = 'Install them: kubectl apply -f deploy/helm/limber/crds/';
  try {
    const path = `/apis/${GROUP}/${VERSION}/elasticpolicies?limit=1`;
    await client.request({ verb: 'GET', path });
    return { name, ok: true, detail: 'the cluster knows ElasticPolicy' };
  } catch (error) {
    if (hasStatus(error, 404))
      return { name, ok: false, detail: 'the cluster does not know ElasticPolicy', hint };
    if (hasStatus(error, 403)) return { name, ok: false, detail: 'may not be read', hint };
    throw error;
  }
}
