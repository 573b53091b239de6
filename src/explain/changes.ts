import { ALLOCATION_KEYS, RESOURCE_OF, type AllocationKey } from '#model/allocation.ts';
import type { Decision, Reason, ResizeState } from '#model/decision.ts';

/** One value of one decision: what went from where to where, and why. */
export type Change = {
  readonly key: AllocationKey;
  readonly atSeconds: number;
  readonly from: number;
  readonly to: number;
  readonly reasons: readonly Reason[];
  readonly rolledBack: boolean;
  readonly state: ResizeState;
  /** What the enforcing level said when it refused or failed. */
  readonly message?: string;
};

/** A decision may change up to four values at once; each is explained on its own. */
export function changesOf(decisions: readonly Decision[]): Change[] {
  return decisions.flatMap((decision) =>
    ALLOCATION_KEYS.filter((key) => decision.from[key] !== decision.to[key]).map((key) =>
      changeOf(decision, key),
    ),
  );
}

function changeOf(decision: Decision, key: AllocationKey): Change {
  const { state, message, refused } = decision.outcome;
  const isRefused = refused?.includes(key) ?? true;
  return {
    key,
    atSeconds: decision.atSeconds,
    from: decision.from[key],
    to: decision.to[key],
    reasons: decision.reasons.filter((reason) => concerns(reason, key)),
    rolledBack: decision.rolledBack,
    state: state === 'refused' && !isRefused ? 'applied' : state,
    ...(message !== undefined && isRefused && { message }),
  };
}

/** Both directions of the network share a resource; their signals carry the direction. */
function concerns({ resource, signal }: Reason, key: AllocationKey): boolean {
  if (resource !== RESOURCE_OF[key]) return false;
  if (key === 'ingressBitsPerSecond') return !signal.includes('egress');
  if (key === 'egressBitsPerSecond') return !signal.includes('ingress');
  return true;
}
