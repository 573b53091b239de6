import type { Decision } from '#model/decision.ts';
import type { Client } from '#runtimes/kubernetes/api/client.ts';
import { hasStatus } from '#runtimes/kubernetes/api/failure.ts';
import type { Pod } from '#runtimes/kubernetes/api/types.ts';

/** Of one policy: the next one goes when the one before has come back, or could have. */
const EVERY_MS = 60_000;

/** What no waiting helps: the node will never have it, or the kubelet could not do it. */
const HOPELESS = /Infeasible|more than the node has/;

export function isHopeless({ outcome }: Decision): boolean {
  return outcome.state === 'refused' && HOPELESS.test(outcome.message ?? '');
}

/** Evictions of a policy's pods, one a minute. A PodDisruptionBudget that forbids one is obeyed. */
export function createEvictor(client: Client) {
  const evictedMs = new Map<string, number>();
  /** True when the pod goes. */
  return async (policyKey: string, { metadata }: Pod): Promise<boolean> => {
    const nowMs = performance.now();
    if (nowMs - (evictedMs.get(policyKey) ?? -Infinity) < EVERY_MS) return false;
    evictedMs.set(policyKey, nowMs);
    const { name, namespace = '' } = metadata;
    try {
      await client.request({
        verb: 'POST',
        path: `/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
        body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } },
      });
      return true;
    } catch (error) {
      // 429: a budget forbids it now. 404: it is gone already.
      if (hasStatus(error, 404, 429)) return false;
      throw error;
    }
  };
}
