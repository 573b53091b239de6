import type { Condition, Pod, ResourceList } from '../api/types.ts';
import { cpuCoresOf, memoryBytesOf } from '../quantity.ts';

type Amounts = { readonly cpuCores: number; readonly memoryBytes: number };

/** Where a resize of one container stands, as the pod's status tells. */
export type Observed = {
  /** As the kubelet last set and read them. */
  readonly limits: Amounts;
  readonly requests: Amounts;
  readonly state:
    | { readonly kind: 'settled' }
    | { readonly kind: 'converging' }
    /** No room on the node now, or never; or the kubelet could not do it. */
    | {
        readonly kind: 'refused';
        readonly why: 'Deferred' | 'Infeasible' | 'Error';
        readonly message: string;
      };
};

/**
 * Reads the state of the resize that was asked for with `generation`. A condition of an older
 * generation is about an older request, and stays until the kubelet has seen the new one; servers
 * that do not say of which it is are taken at their word.
 * Undefined before the container's resources are known.
 */
export function observe(pod: Pod, container: string, generation: number): Observed | undefined {
  const wanted = pod.spec.containers.find(({ name }) => name === container)?.resources;
  const actual = pod.status?.containerStatuses?.find(({ name }) => name === container)?.resources;
  if (!wanted || !actual) return undefined;
  const [limits, requests] = [amountsOf(actual.limits), amountsOf(actual.requests)];
  const refusal = refusalOf(pod, generation);
  if (refusal) return { limits, requests, state: refusal };
  const isThere =
    isSeen(pod, generation) &&
    same(limits, amountsOf(wanted.limits)) &&
    same(requests, amountsOf(wanted.requests)) &&
    !conditionOf(pod, 'PodResizePending') &&
    !conditionOf(pod, 'PodResizeInProgress');
  return { limits, requests, state: { kind: isThere ? 'settled' : 'converging' } };
}

/**
 * Back to what still is in force looks settled while the kubelet is at work on the value before it.
 * Servers before 1.35 need not say what it has seen.
 */
function isSeen({ metadata, status }: Pod, generation: number): boolean {
  const seen = status?.observedGeneration ?? Number.POSITIVE_INFINITY;
  return (metadata.generation ?? 0) >= generation && seen >= generation;
}

function refusalOf(pod: Pod, generation: number) {
  const pending = conditionOf(pod, 'PodResizePending', generation);
  if (pending) {
    const why = pending.reason === 'Infeasible' ? ('Infeasible' as const) : ('Deferred' as const);
    return { kind: 'refused' as const, why, message: pending.message ?? why };
  }
  const inProgress = conditionOf(pod, 'PodResizeInProgress', generation);
  if (inProgress?.reason !== 'Error') return undefined;
  const message = inProgress.message ?? 'the kubelet could not apply it';
  return { kind: 'refused' as const, why: 'Error' as const, message };
}

function conditionOf(pod: Pod, type: string, generation = 0): Condition | undefined {
  return pod.status?.conditions?.find(
    (condition) =>
      condition.type === type &&
      condition.status === 'True' &&
      (condition.observedGeneration ?? Number.POSITIVE_INFINITY) >= generation,
  );
}

function amountsOf(list: ResourceList | undefined): Amounts {
  return { cpuCores: cpuCoresOf(list?.cpu), memoryBytes: memoryBytesOf(list?.memory) };
}

function same(a: Amounts, b: Amounts): boolean {
  return a.cpuCores === b.cpuCores && a.memoryBytes === b.memoryBytes;
}
