import type { Config } from '#config/schema.ts';
import { mapAllocation, type Allocation, type AllocationKey } from '#model/allocation.ts';
import { DEFAULT_TENANT, DEFAULT_WEIGHT } from '#model/claim.ts';
import { invertedBound, type Constraints } from '#model/constraints.ts';
import { LimberError } from '#model/errors.ts';
import { formatBitsPerSecond, formatBytes, formatCpuCores } from '#model/quantities.ts';
import type { RunRequest } from '#model/request.ts';

/**
 * The user's bounds, else the configuration's, else what the node has. A default gives way to what
 * the user said: `--max-memory 8Mi` lowers a default minimum of 16 MiB, and `--min-cpu 64` on two
 * cores lifts the default maximum, so that the ledger can say that the node is too small.
 */
export function resolveConstraints(
  { bounds = {}, priority, weight, tenant, budget, mode }: RunRequest,
  config: Config,
  capacity: Allocation,
): Constraints {
  const max = mapAllocation((key) => {
    const set = bounds.max?.[key] ?? config.max[key];
    return set ?? Math.max(capacity[key], bounds.min?.[key] ?? 0);
  });
  const min = mapAllocation((key) => bounds.min?.[key] ?? Math.min(config.min[key], max[key]));
  const key = invertedBound({ min, max });
  if (key !== undefined) throw inverted(key, min[key], max[key]);
  return {
    min,
    max,
    priority: priority ?? config.priority,
    weight: weight ?? DEFAULT_WEIGHT,
    tenant: tenant ?? DEFAULT_TENANT,
    ...(budget && Object.keys(budget).length > 0 && { budget }),
    mode: mode ?? 'auto',
  };
}

const TEXTS = {
  cpuCores: { name: 'CPU', flag: 'cpu', format: formatCpuCores },
  memoryBytes: { name: 'Memory', flag: 'memory', format: formatBytes },
  ingressBitsPerSecond: { name: 'Ingress rate', flag: 'ingress', format: formatBitsPerSecond },
  egressBitsPerSecond: { name: 'Egress rate', flag: 'egress', format: formatBitsPerSecond },
} as const satisfies Record<AllocationKey, object>;

function inverted(key: AllocationKey, min: number, max: number): LimberError {
  const { name, flag, format } = TEXTS[key];
  return new LimberError('bounds-inverted', { name, flag, min: format(min), max: format(max) });
}
