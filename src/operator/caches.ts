import type { Client } from '#runtimes/kubernetes/api/client.ts';
import { hasStatus } from '#runtimes/kubernetes/api/failure.ts';
import type { Meta, Pod } from '#runtimes/kubernetes/api/types.ts';
import type { HorizontalAutoscaler, VerticalAutoscaler } from './coexistence.ts';
import { GROUP, VERSION, type ElasticPolicy } from './elastic-policy.ts';
import { Informer } from './informer.ts';
import { keepOfPod } from './workload.ts';

export type NodeObject = {
  readonly metadata: Meta;
  readonly status?: {
    readonly allocatable?: { readonly cpu?: string; readonly memory?: string };
  };
};

export type Caches = {
  readonly policies: Informer<ElasticPolicy>;
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<NodeObject>;
  readonly horizontal: Informer<HorizontalAutoscaler>;
  readonly vertical: Informer<VerticalAutoscaler>;
};

type Change<T> = { readonly now?: T; readonly before?: T };

export type CacheEvents = {
  readonly onPolicy: (change: Change<ElasticPolicy>) => void;
  readonly onPod: (change: Change<Pod>) => void;
  readonly onNode: (change: Change<NodeObject>) => void;
  /** Somebody else's scaler in a namespace came, changed or went. */
  readonly onOther: (namespace: string) => void;
};

/** One watch for each kind, over all namespaces or in one. */
export function createCaches(
  client: Client,
  namespace: string | undefined,
  events: CacheEvents,
): Caches {
  const within = namespace === undefined ? '' : `/namespaces/${namespace}`;
  const onOther = ({ now, before }: Change<{ readonly metadata: Meta }>): void =>
    events.onOther((now ?? before)?.metadata.namespace ?? '');
  return {
    policies: new Informer<ElasticPolicy>({
      client,
      path: `/apis/${GROUP}/${VERSION}${within}/elasticpolicies`,
      onChange: events.onPolicy,
    }),
    pods: new Informer<Pod>({
      client,
      path: `/api/v1${within}/pods`,
      keep: keepOfPod,
      onChange: events.onPod,
    }),
    nodes: new Informer<NodeObject>({
      client,
      path: '/api/v1/nodes',
      keep: ({ metadata: { name }, status }) => ({
        metadata: { name },
        status: { allocatable: status?.allocatable ?? {} },
      }),
      onChange: events.onNode,
    }),
    horizontal: new Informer<HorizontalAutoscaler>({
      client,
      path: `/apis/autoscaling/v2${within}/horizontalpodautoscalers`,
      onChange: onOther,
    }),
    vertical: new Informer<VerticalAutoscaler>({
      client,
      path: `/apis/autoscaling.k8s.io/v1${within}/verticalpodautoscalers`,
      onChange: onOther,
    }),
  };
}

/** Nodes first: pods are put into their books. Policies last: then everything that they speak of is known. */
export async function startCaches(caches: Caches, namespace: string | undefined): Promise<void> {
  const { policies, pods, nodes, horizontal, vertical } = caches;
  // Who may only see one namespace may not see nodes: then the kubelets alone say what has no room.
  await (namespace === undefined ? nodes.start() : unlessAbsent(nodes.start()));
  await pods.start();
  await horizontal.start();
  await unlessAbsent(vertical.start());
  await policies.start();
}

export function stopCaches(caches: Caches): void {
  for (const informer of Object.values(caches)) informer.stop();
}

/** Not every cluster has that kind, and not everybody may see it. */
async function unlessAbsent(started: Promise<void>): Promise<void> {
  try {
    await started;
  } catch (error) {
    if (!hasStatus(error, 403, 404)) throw error;
  }
}
