import type { Resources } from '#runtimes/kubernetes/api/types.ts';
import type { TestCluster } from './cluster.ts';
import type { Stored } from './store.ts';

export const NAMESPACE = 'shop';

type Installed = { readonly kind: string };

type PodObject = Stored & {
  readonly spec: { readonly containers: readonly { readonly resources: Resources }[] };
  readonly status?: {
    readonly containerStatuses?: readonly { readonly resources?: Resources }[];
  };
};

export type PolicyObject = Stored & {
  readonly status?: {
    readonly pods: number;
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
    readonly recommendation: {
      readonly containerRecommendations: readonly {
        readonly containerName: string;
        readonly target: { readonly cpu: string; readonly memory: string };
        readonly peak?: { readonly memory: string };
      }[];
    };
    readonly lastDecisions: readonly { readonly state: string; readonly message: string }[];
  };
};

type EventObject = Stored & {
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string };
};

/** What a user of a cluster does: workloads, policies and what becomes of them. */
export function userOf({ client, double }: TestCluster) {
  const store = double!.store;
  const post = (path: string, body: object) => client.request({ verb: 'POST', path, body });

  return {
    async makeNamespace(): Promise<void> {
      await post('/api/v1/namespaces', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: NAMESPACE },
      });
    },
    async deploy(name: string, command: readonly string[], resources: Resources): Promise<void> {
      await post(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace: NAMESPACE },
        spec: {
          selector: { matchLabels: { app: name } },
          template: {
            metadata: { labels: { app: name } },
            spec: {
              securityContext: { runAsUser: 1_234_567 },
              containers: [{ name: 'app', image: 'debian:12', command, resources }],
            },
          },
        },
      });
    },
    applyPolicy: (name: string, spec: object) =>
      post(`/apis/limber.dev/v1alpha1/namespaces/${NAMESPACE}/elasticpolicies`, {
        apiVersion: 'limber.dev/v1alpha1',
        kind: 'ElasticPolicy',
        metadata: { name, namespace: NAMESPACE },
        spec,
      }),
    async scaleByCpu(name: string): Promise<void> {
      await post(`/apis/autoscaling/v2/namespaces/${NAMESPACE}/horizontalpodautoscalers`, {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name, namespace: NAMESPACE },
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
          maxReplicas: 5,
          metrics: [
            {
              type: 'Resource',
              resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
            },
          ],
        },
      });
    },
    /** The webhook of a chart, as `kubectl apply` would; its operator runs elsewhere. */
    async install(objects: readonly Installed[], namespace: string): Promise<void> {
      const metadata = { name: namespace };
      await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
      const webhook = objects.find(({ kind }) => kind === 'MutatingWebhookConfiguration');
      await post('/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', webhook!);
    },
    async removePod(): Promise<void> {
      const path = `/api/v1/namespaces/${NAMESPACE}/pods/${this.pod().metadata.name}`;
      await client.request({ verb: 'DELETE', path, body: { gracePeriodSeconds: 0 } });
    },
    /** What is remembered that its first container came to need. */
    peakMib(name: string): number {
      const { recommendation } = this.policy(name)?.status ?? {};
      return Number.parseInt(recommendation?.containerRecommendations[0]?.peak?.memory ?? '0', 10);
    },
    pod: (): PodObject => store.list('Pod', NAMESPACE)[0] as PodObject,
    /** What its first container has reserved, as its node has it. */
    held(): { readonly cpuCores: number; readonly memoryMib: number } {
      const pod = this.pod();
      const { requests } = pod?.status?.containerStatuses?.[0]?.resources ?? {};
      const cpu = requests?.cpu ?? '0';
      return {
        cpuCores: cpu.endsWith('m') ? Number.parseInt(cpu, 10) / 1000 : Number(cpu),
        memoryMib: Number.parseInt(requests?.memory ?? '0', 10) / 2 ** 20,
      };
    },
    policy: (name: string): PolicyObject =>
      store.get('ElasticPolicy', NAMESPACE, name) as PolicyObject,
    condition(name: string, type: string) {
      return this.policy(name)?.status?.conditions.find((one) => one.type === type);
    },
    events: (): readonly EventObject[] => store.list('Event') as readonly EventObject[],
  };
}
