import {
  ALLOCATION_KEYS,
  mapAllocation,
  RESOURCE_OF,
  type Allocation,
  type AllocationKey,
} from '#model/allocation.ts';
import type { Reason, Target } from '#model/decision.ts';
import { formatBitsPerSecond, formatBytes, formatCpuCores } from '#model/quantities.ts';

const FORMAT = {
  cpuCores: formatCpuCores,
  memoryBytes: formatBytes,
  ingressBitsPerSecond: formatBitsPerSecond,
  egressBitsPerSecond: formatBitsPerSecond,
} as const satisfies Record<AllocationKey, (value: number) => string>;

/** The books are kept in whole units: a grant that differs by rounding is a full one. */
const ROUNDED = 0.999;

/**
 * Fits a target into what the node granted. What is cut back is said, with the amount that was free:
 * "wanted 4Gi, the node had 1.5Gi for it".
 */
export function fitIntoGrant(target: Target, granted: Allocation): Target {
  const short = ALLOCATION_KEYS.filter((key) => granted[key] < target.allocation[key] * ROUNDED);
  if (short.length === 0) return target;
  return {
    ...target,
    allocation: mapAllocation((key) => Math.min(target.allocation[key], granted[key])),
    reasons: [...target.reasons, ...short.map((key) => shortage(key, target.allocation, granted))],
  };
}

function shortage(key: AllocationKey, wanted: Allocation, granted: Allocation): Reason {
  const format = FORMAT[key];
  return {
    resource: RESOURCE_OF[key],
    signal: 'node.capacity',
    value: wanted[key],
    threshold: granted[key],
    factor: granted[key] / wanted[key],
    text: `wanted ${format(wanted[key])}, the node had ${format(granted[key])} for it`,
  };
}
