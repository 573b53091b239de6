const MIB = 2 ** 20;

type Resources = {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
};

export type SimulatedPod = ReturnType<typeof makePod>;

/** Of 8 cores and 32 GiB. */
export function makeNode(index: number) {
  return {
    metadata: { name: `node-${index}`, labels: { zone: `zone-${index % 3}` } },
    spec: { providerID: `simulated:///${index}` },
    status: {
      allocatable: { cpu: '8', memory: String(32 * 2 ** 30), pods: '110' },
      images: Array.from({ length: 20 }, (_, image) => ({
        names: [`registry.example/team/image-${image}@sha256:${'0'.repeat(64)}`],
        sizeBytes: image * MIB,
      })),
    },
  };
}

/** About 5 KB of JSON, as pods of real clusters are: most of it nobody needs here. */
export function makePod(index: number, nodes: number, isManaged: boolean) {
  const name = `web-6c5f7d9b4-${index}`;
  const resources: Resources = {
    requests: { cpu: '100m', memory: String(64 * MIB) },
    limits: { cpu: '1', memory: String(512 * MIB) },
  };
  return {
    apiVersion: 'v1' as const,
    kind: 'Pod' as const,
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${index}`,
      resourceVersion: '1000',
      generation: 1,
      labels: {
        app: isManaged ? 'managed' : 'other',
        'pod-template-hash': '6c5f7d9b4',
        team: `team-${index % 40}`,
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: 'web-6c5f7d9b4',
          uid: 'replica-set',
          controller: true,
        },
      ],
      managedFields: Array.from({ length: 2 }, (_, manager) => ({
        manager: `manager-${manager}`,
        operation: 'Update',
        fieldsV1: Object.fromEntries(
          Array.from({ length: 30 }, (_unused, field) => [`f:some-field-number-${field}`, {}]),
        ),
      })),
    },
    spec: {
      nodeName: `node-${index % nodes}`,
      containers: [
        {
          name: 'app',
          image: 'registry.example/team/web:1',
          resources,
          env: Array.from({ length: 15 }, (_, variable) => ({
            name: `SETTING_${variable}`,
            value: `value of the setting with number ${variable}`,
          })),
        },
      ],
    },
    status: {
      phase: 'Running' as const,
      qosClass: 'Burstable' as const,
      conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
        type,
        status: 'True',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      })),
      containerStatuses: [{ name: 'app', resources, state: { running: {} } }],
    },
  };
}

export function makePolicy() {
  return {
    apiVersion: 'limber.dev/v1alpha1',
    kind: 'ElasticPolicy',
    metadata: { name: 'web', namespace: 'shop', uid: 'policy', generation: 1 },
    spec: {
      selector: { matchLabels: { app: 'managed' } },
      resourcePolicy: {
        containerPolicies: [{ containerName: '*', maxAllowed: { cpu: '1', memory: '1Gi' } }],
      },
    },
  };
}
