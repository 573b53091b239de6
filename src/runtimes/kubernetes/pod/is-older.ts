import type { Pod } from '../api/types.ts';

/** Events of a watch may come after the answer to a later request. */
export function isOlder(pod: Pod, known: Pod): boolean {
  return Number(pod.metadata.resourceVersion) < Number(known.metadata.resourceVersion);
}
