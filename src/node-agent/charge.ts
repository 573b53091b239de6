import {
  grantedCeilings,
  memoryCeilingOf,
  type Ceilings,
} from '#runtimes/kubernetes/agent-bounds.ts';
import type { Pod } from '#runtimes/kubernetes/api/types.ts';
import { hasEnded, isOver } from '#runtimes/kubernetes/pod/end.ts';
import { LABEL, MAIN } from '#runtimes/kubernetes/pod/names.ts';

/**
 * What of a pod an agent looks after, and how far it may raise limits: of an execution its program's
 * container, by an annotation that counts in Limber's namespaces alone; of any other pod the containers
 * that an operator named in its status, which those who may change pods cannot write.
 */
export function chargeOf(
  pod: Pod,
  namespacePrefix: string,
): { readonly containers: readonly string[]; readonly ceilings: Ceilings } {
  if (isExecution(pod, namespacePrefix)) {
    const ceiling = memoryCeilingOf(pod);
    return {
      containers: isOver(pod, MAIN) ? [] : [MAIN],
      ceilings: ceiling === undefined ? {} : { [MAIN]: ceiling },
    };
  }
  const ceilings = grantedCeilings(pod);
  return { containers: Object.keys(ceilings).filter((name) => isThere(pod, name)), ceilings };
}

export function isExecution({ metadata }: Pod, namespacePrefix: string): boolean {
  const { labels, namespace = '' } = metadata;
  return labels?.[LABEL.execution] !== undefined && namespace.startsWith(namespacePrefix);
}

function isThere(pod: Pod, container: string): boolean {
  return !hasEnded(pod) && pod.spec.containers.some(({ name }) => name === container);
}
