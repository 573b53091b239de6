import type { Client } from '#runtimes/kubernetes/api/client.ts';
import { ifThere } from '#runtimes/kubernetes/api/failure.ts';
import type { Pod } from '#runtimes/kubernetes/api/types.ts';
import type { Caches } from './caches.ts';
import { yieldsTo, type Yielded } from './coexistence.ts';
import {
  GROUP,
  onlyRecommends,
  readSpec,
  VERSION,
  type ElasticPolicy,
  type PolicySpec,
} from './elastic-policy.ts';
import type { EventSubject, Told } from './events.ts';
import type { Fleet } from './fleet.ts';
import { keyOf } from './informer.ts';
import {
  conditionsOf,
  newsOf,
  recommendationOf,
  type Finding,
  type PolicyStatus,
  type ToldDecision,
} from './policy-status.ts';
import { isMeant, isRunning, workloadOf } from './workload.ts';

export type ReconcileContext = {
  readonly client: Client;
  readonly caches: Caches;
  readonly fleet: Fleet;
  readonly decisions: ReadonlyMap<string, readonly ToldDecision[]>;
  /** What was written last, so that nothing is written twice. */
  readonly written: Map<string, string>;
  readonly tell: (subject: EventSubject, told: Told) => void;
};

/** Makes the fleet what one policy says, and says in its status what came of it. */
export async function reconcile(context: ReconcileContext, key: string): Promise<void> {
  const { caches, fleet } = context;
  const [namespace = '', name = ''] = key.split('/');
  const policy = caches.policies.get(namespace, name);
  if (!policy || policy.metadata.deletionTimestamp !== undefined) {
    fleet.leaveAll(key);
    context.written.delete(key);
    return;
  }
  const read = readSpec(policy);
  if ('problem' in read) {
    fleet.leaveAll(key);
    return writeStatus(context, policy, 0, [inactive('InvalidSpec', read.problem)]);
  }
  const { spec } = read;
  const matching = podsOf(caches, namespace, spec);
  const yielded = yieldedBy(caches, namespace, spec, matching);
  const pods = matching.filter((pod) => canBeResized(pod, spec));
  fleet.update(key, pods, spec, yielded);
  const findings = [
    activeFinding(fleet, key, { spec, matching, pods, yielded }),
    yieldingFinding(yielded),
    readingsFinding(fleet, key),
  ];
  await writeStatus(context, policy, matching.length, findings);
}

export function subjectOf({ metadata }: ElasticPolicy): EventSubject {
  return { apiVersion: `${GROUP}/${VERSION}`, kind: 'ElasticPolicy', metadata };
}

function podsOf({ pods }: Caches, namespace: string, spec: PolicySpec) {
  return pods.in(namespace).filter((pod) => isRunning(pod) && isMeant(pod, spec));
}

function yieldedBy(
  { horizontal, vertical }: Caches,
  namespace: string,
  { targetRef }: PolicySpec,
  pods: readonly Pod[],
): Yielded {
  const others = { horizontal: horizontal.in(namespace), vertical: vertical.in(namespace) };
  const targets = targetRef ? [targetRef] : pods.map(({ metadata }) => workloadOf(metadata));
  const known = new Map(targets.map((one) => [`${one?.kind}/${one?.name}`, one]));
  const all = [...known.values()].map((target) => yieldsTo(target, others));
  return {
    cpu: all.some(({ cpu }) => cpu),
    memory: all.some(({ memory }) => memory),
    why: all.flatMap(({ why }) => why),
  };
}

/** A pod without any request or limit would change its class, which no resize may. */
function canBeResized({ status }: Pod, spec: PolicySpec): boolean {
  return onlyRecommends(spec) || status?.qosClass !== 'BestEffort';
}

function activeFinding(
  fleet: Fleet,
  key: string,
  facts: {
    readonly spec: PolicySpec;
    readonly matching: readonly Pod[];
    readonly pods: readonly Pod[];
    readonly yielded: Yielded;
  },
): Finding {
  const { spec, matching, pods, yielded } = facts;
  const count = fleet.membersOf(key).length;
  if (matching.length === 0) return inactive('NoPods', 'no running pod matches');
  if (count > 0) {
    return {
      type: 'Active',
      holds: true,
      reason: onlyRecommends(spec) ? 'Recommending' : 'Resizing',
      message: `${count} containers of ${pods.length} pods`,
    };
  }
  if (yielded.cpu || yielded.memory) return inactive('Yielding', yielded.why.join('; '));
  if (pods.length === 0)
    return inactive(
      'BestEffort',
      'the pods have neither requests nor limits: give them a request of CPU or memory',
    );
  const others = matching.map((pod) => fleet.policyOf(pod)).filter((other) => other !== undefined);
  if (others.length > 0)
    return inactive('Conflict', `resized already by ${[...new Set(others)].join(', ')}`);
  return inactive('NothingControlled', 'no container of the pods is to be resized');
}

function inactive(reason: string, message: string): Finding {
  return { type: 'Active', holds: false, reason, message };
}

function yieldingFinding({ cpu, memory, why }: Yielded): Finding {
  const what = [cpu && 'CPU', memory && 'memory'].filter(Boolean).join(' and ');
  return {
    type: 'Yielding',
    holds: why.length > 0,
    reason: why.length > 0 ? 'ScaledByOthers' : 'Alone',
    message: why.length > 0 ? `${what} left alone: ${why.join('; ')}` : 'nobody else scales them',
  };
}

function readingsFinding(fleet: Fleet, key: string): Finding {
  const unread = fleet.unread(key);
  const names = unread.map(({ podName, container }) => `${podName}/${container}`).slice(0, 5);
  return {
    type: 'Readable',
    holds: unread.length === 0,
    reason: unread.length === 0 ? 'Read' : 'NoAnswer',
    message:
      unread.length === 0
        ? 'all containers answer'
        : `no readings of ${names.join(', ')}: the image needs a shell, and Limber create on pods/exec`,
  };
}

async function writeStatus(
  { client, fleet, decisions, written, tell }: ReconcileContext,
  policy: ElasticPolicy,
  pods: number,
  findings: readonly Finding[],
): Promise<void> {
  const key = keyOf(policy.metadata);
  for (const told of newsOf(policy, findings)) tell(subjectOf(policy), told);
  const status: PolicyStatus = {
    observedGeneration: policy.metadata.generation ?? 0,
    pods,
    conditions: conditionsOf(policy, findings),
    recommendation: recommendationOf(policy, fleet.membersOf(key), Date.now()),
    lastDecisions: decisions.get(key) ?? [],
  };
  const text = JSON.stringify(status);
  if (written.get(key) === text) return;
  const { namespace, name } = policy.metadata;
  const path = `/apis/${GROUP}/${VERSION}/namespaces/${namespace}/elasticpolicies/${name}/status`;
  // Deleted meanwhile: there is nothing left to say.
  await ifThere(client.request({ verb: 'PATCH', path, body: { status } }));
  written.set(key, text);
}
