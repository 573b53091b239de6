import type { Client } from '../api/client.ts';
import { hasStatus, ifThere } from '../api/failure.ts';
import type { KubernetesSettings } from '../options.ts';
import { dnsLabel, LABEL } from './names.ts';

const DNS_PORTS = [
  { protocol: 'UDP', port: 53 },
  { protocol: 'TCP', port: 53 },
];

export function namespaceOf(tenant: string, settings: KubernetesSettings): string {
  return settings.namespace ?? dnsLabel(`${settings.namespacePrefix}${tenant}`);
}

/**
 * Makes sure that the namespace is there, takes only pods of the restricted Pod Security Standard
 * where it is Limber's own, and lets nothing in or out that an execution did not ask for.
 */
export async function ensureNamespace(
  client: Client,
  name: string,
  settings: KubernetesSettings,
): Promise<void> {
  if (settings.namespace === undefined)
    await createIfAbsent(client, '/api/v1/namespaces', namespace(name));
  const path = `/apis/networking.k8s.io/v1/namespaces/${name}/networkpolicies`;
  await createIfAbsent(client, path, denyAll(name));
  await createIfAbsent(client, path, allowEgress(name, settings.egressExcept));
}

type Named = { readonly metadata: { readonly name: string } };

async function createIfAbsent(client: Client, path: string, object: Named): Promise<void> {
  const found = await ifThere(
    client.request({ verb: 'GET', path: `${path}/${object.metadata.name}` }),
  );
  if (found !== undefined) return;
  try {
    await client.request({ verb: 'POST', path, body: object });
  } catch (error) {
    // Somebody else was faster.
    if (!hasStatus(error, 409)) throw error;
  }
}

function namespace(name: string) {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: {
        [LABEL.managedBy]: 'limber',
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/enforce-version': 'latest',
      },
    },
  };
}

function denyAll(namespaceName: string) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: 'limber-default-deny',
      namespace: namespaceName,
      labels: { [LABEL.managedBy]: 'limber' },
    },
    spec: {
      podSelector: { matchExpressions: [{ key: LABEL.execution, operator: 'Exists' }] },
      policyTypes: ['Ingress', 'Egress'],
    },
  };
}

/** Names are resolved by the cluster's own servers, which lie in a private network. */
function allowEgress(namespaceName: string, except: readonly string[]) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: 'limber-egress',
      namespace: namespaceName,
      labels: { [LABEL.managedBy]: 'limber' },
    },
    spec: {
      podSelector: { matchLabels: { [LABEL.network]: 'egress' } },
      policyTypes: ['Egress'],
      egress: [
        { to: [{ ipBlock: { cidr: '0.0.0.0/0', except } }] },
        {
          to: [
            {
              namespaceSelector: {
                matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' },
              },
            },
          ],
          ports: DNS_PORTS,
        },
      ],
    },
  };
}
