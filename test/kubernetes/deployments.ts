import type { Pod } from './pod-types.ts';
import type { Store, Stored } from './store.ts';

type Deployment = Stored & {
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
      readonly spec: Pod['spec'];
    };
  };
};

const HASH = '6c5f7d9b4';

/**
 * Makes the pods of a Deployment, and again those that went, as its controllers do; they are named
 * after a ReplicaSet that exists by name alone. Returns the end of it.
 */
export function runDeployments(store: Store, create: (pod: object) => Promise<void>): () => void {
  let made = 0;
  return store.onChange(({ type, object }) => {
    if (object.kind === 'Deployment' && type === 'ADDED') fill(object as Deployment);
    if (object.kind !== 'Pod' || type !== 'DELETED') return;
    const owner = store.get(
      'Deployment',
      object.metadata.namespace ?? '',
      object.metadata.labels?.['deployment'] ?? '',
    );
    if (owner) makePod(owner as Deployment);
  });

  function fill(deployment: Deployment): void {
    for (let index = 0; index < (deployment.spec.replicas ?? 1); index++) makePod(deployment);
  }

  function makePod({ metadata: { name, namespace }, spec: { template } }: Deployment): void {
    const replicaSet = `${name}-${HASH}`;
    void create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${replicaSet}-${made++}`,
        namespace,
        labels: { ...template.metadata?.labels, deployment: name, 'pod-template-hash': HASH },
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'ReplicaSet',
            name: replicaSet,
            uid: `rs-${name}`,
            controller: true,
          },
        ],
      },
      spec: template.spec,
    });
  }
}
