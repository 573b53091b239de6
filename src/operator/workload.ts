import { CEILINGS_CONDITION } from '#runtimes/kubernetes/agent-bounds.ts';
import type { Meta, Pod } from '#runtimes/kubernetes/api/types.ts';
import { LABEL } from '#runtimes/kubernetes/pod/names.ts';
import { selects, type PolicySpec } from './elastic-policy.ts';

export type Workload = { readonly kind: string; readonly name: string };

/** Of every pod that a Deployment made. Source: kube-controller-manager, "pod-template-hash". */
const HASH_LABEL = 'pod-template-hash';

/**
 * What made a pod: the controller that owns it, and for a ReplicaSet of a Deployment that one. A
 * Deployment names its ReplicaSets after itself and the hash, so nobody has to be asked.
 */
export function workloadOf({ labels, ownerReferences }: Meta): Workload | undefined {
  const owner = ownerReferences?.find(({ controller }) => controller === true);
  if (!owner) return undefined;
  const hash = labels?.[HASH_LABEL];
  if (owner.kind === 'ReplicaSet' && hash && owner.name.endsWith(`-${hash}`))
    return { kind: 'Deployment', name: owner.name.slice(0, -hash.length - 1) };
  return { kind: owner.kind, name: owner.name };
}

function isOf({ metadata }: Pod, target: Workload): boolean {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  const made = workloadOf(metadata);
  const is = (one: Workload | undefined): boolean =>
    one?.kind === target.kind && one.name === target.name;
  return is(made) || is(owner);
}

/** Whether a policy speaks of a pod. Those of executions are sized by whoever runs them. */
export function isMeant(pod: Pod, { targetRef, selector }: PolicySpec): boolean {
  const { labels } = pod.metadata;
  if (labels?.[LABEL.execution] !== undefined) return false;
  return targetRef ? isOf(pod, targetRef) : selects(selector!, labels);
}

/** Neither over nor on its way out. */
export function isRunning({ metadata, status }: Pod): boolean {
  return status?.phase === 'Running' && metadata.deletionTimestamp === undefined;
}

/** The parts of a pod that the operator goes by; of ten thousand pods, the rest would be most. */
export function keepOfPod({ apiVersion, kind, metadata, spec, status }: Pod): Pod {
  const { name, namespace, uid, resourceVersion, generation, deletionTimestamp } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(generation !== undefined && { generation }),
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
      ...(metadata.labels && { labels: metadata.labels }),
      ...(metadata.ownerReferences && { ownerReferences: metadata.ownerReferences }),
    },
    spec: {
      ...(spec.nodeName !== undefined && { nodeName: spec.nodeName }),
      containers: spec.containers.map((container) => ({
        name: container.name,
        image: container.image,
        resources: container.resources ?? {},
      })),
    },
    ...(status && {
      status: {
        ...(status.phase !== undefined && { phase: status.phase }),
        ...(status.qosClass && { qosClass: status.qosClass }),
        ...(status.conditions && {
          conditions: status.conditions.filter(
            ({ type }) => type.startsWith('PodResize') || type === CEILINGS_CONDITION,
          ),
        }),
        ...(status.containerStatuses && {
          containerStatuses: status.containerStatuses.map((one) => ({
            name: one.name,
            ...(one.resources && { resources: one.resources }),
            ...(one.state && { state: one.state }),
          })),
        }),
      },
    }),
  };
}
