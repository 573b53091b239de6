import type { Stored } from './store.ts';

type Collection = { readonly kind: string; readonly group: string; readonly type: string };

/** Plural, and how the published OpenAPI calls the type; ours are in deploy/helm. */
const COLLECTIONS: Readonly<Record<string, Collection>> = {
  pods: { kind: 'Pod', group: 'api/v1', type: 'V1Pod' },
  nodes: { kind: 'Node', group: 'api/v1', type: 'V1Node' },
  configmaps: { kind: 'ConfigMap', group: 'api/v1', type: 'V1ConfigMap' },
  secrets: { kind: 'Secret', group: 'api/v1', type: 'V1Secret' },
  mutatingwebhookconfigurations: {
    kind: 'MutatingWebhookConfiguration',
    group: 'apis/admissionregistration.k8s.io/v1',
    type: 'V1MutatingWebhookConfiguration',
  },
  namespaces: { kind: 'Namespace', group: 'api/v1', type: 'V1Namespace' },
  events: { kind: 'Event', group: 'api/v1', type: 'CoreV1Event' },
  deployments: { kind: 'Deployment', group: 'apis/apps/v1', type: 'V1Deployment' },
  leases: { kind: 'Lease', group: 'apis/coordination.k8s.io/v1', type: 'V1Lease' },
  networkpolicies: {
    kind: 'NetworkPolicy',
    group: 'apis/networking.k8s.io/v1',
    type: 'V1NetworkPolicy',
  },
  horizontalpodautoscalers: {
    kind: 'HorizontalPodAutoscaler',
    group: 'apis/autoscaling/v2',
    type: 'V2HorizontalPodAutoscaler',
  },
  executions: { kind: 'Execution', group: 'apis/limber.dev/v1alpha1', type: 'Execution' },
  elasticpolicies: {
    kind: 'ElasticPolicy',
    group: 'apis/limber.dev/v1alpha1',
    type: 'ElasticPolicy',
  },
};
const PATH =
  /^\/(api\/v1|apis\/[a-z0-9.]+\/[a-z0-9]+)(?:\/namespaces\/([a-z0-9-]+)(?=\/[a-z]))?\/([a-z]+)(?:\/([a-z0-9.-]+))?(?:\/(resize|exec|status|eviction))?$/;

export type Place = {
  readonly kind: string;
  /** Of the published OpenAPI. */
  readonly type: string;
  readonly namespace: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
};

export function collectionOf(pathname: string): Place | undefined {
  const [, group, namespace = '', plural = '', name, subresource] = PATH.exec(pathname) ?? [];
  const found = COLLECTIONS[plural];
  if (found?.group !== group || !found) return undefined;
  return { kind: found.kind, type: found.type, namespace, name, subresource };
}

/** Of a field selector, the one that there is: `spec.nodeName=a`. */
export function isOnNode(object: Stored, selector: string | null): boolean {
  if (!selector) return true;
  const { spec } = object as Stored & { readonly spec?: { readonly nodeName?: string } };
  return selector === `spec.nodeName=${spec?.nodeName}`;
}

/** Selectors of the form `a=b,c=d,e`. */
export function matches({ metadata }: Stored, selector: string | null): boolean {
  if (!selector) return true;
  return selector.split(',').every((term) => {
    const [key = '', value] = term.split('=');
    if (value === undefined) return metadata.labels?.[key] !== undefined;
    return metadata.labels?.[key] === value;
  });
}
