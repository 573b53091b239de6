import type { Store } from './store.ts';

const NAMESPACE = 'kube-system';

/** As Cilium's chart leaves it, with or without its bandwidth manager. */
export function installCilium(store: Store, { version = 'v1.18.2', isOn = true } = {}): void {
  const config = {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name: 'cilium-config', namespace: NAMESPACE },
    data: { 'enable-bandwidth-manager': String(isOn) },
  };
  store.create(config);
  store.create(podOf('cilium-x7f2k', { 'k8s-app': 'cilium' }, `quay.io/cilium/cilium:${version}`));
}

/** One of the DaemonSet of agents, on a node that the double's kubelet is not. */
export function installAgent(
  store: Store,
  { version, isReady }: { readonly version: string; readonly isReady: boolean },
): void {
  const labels = {
    'app.kubernetes.io/name': 'limber-agent',
    'app.kubernetes.io/version': version,
  };
  const conditions = [{ type: 'Ready', status: isReady ? 'True' : 'False' }];
  store.create({ ...podOf('limber-agent-qk2vd', labels, 'limber:1'), status: { conditions } });
}

function podOf(name: string, labels: Readonly<Record<string, string>>, image: string) {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace: NAMESPACE, labels },
    // Elsewhere: the kubelet of the double takes what has no node.
    spec: { nodeName: 'other', containers: [{ name: 'cilium-agent', image, resources: {} }] },
  };
}
