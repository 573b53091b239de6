import { RESOURCE_OF, type Allocation, type AllocationKey } from '#model/allocation.ts';
import { LimberError } from '#model/errors.ts';
import { formatBitsPerSecond, formatBytes, formatCpuCores } from '#model/quantities.ts';

/** Says which minimum does not fit, and which option lowers it. */
export function capacityExhausted(
  key: AllocationKey,
  { min, free, capacity }: Readonly<Record<'min' | 'free' | 'capacity', Allocation>>,
): LimberError {
  const text = (amount: number) => FORMATS[key](Math.max(0, amount));
  return new LimberError('capacity-exhausted', {
    needed: `${text(min[key])} of ${RESOURCE_NAMES[key]}`,
    free: text(free[key]),
    capacity: text(capacity[key]),
    flag: RESOURCE_OF[key],
  });
}

const FORMATS: Readonly<Record<AllocationKey, (amount: number) => string>> = {
  cpuCores: formatCpuCores,
  memoryBytes: formatBytes,
  ingressBitsPerSecond: formatBitsPerSecond,
  egressBitsPerSecond: formatBitsPerSecond,
};

export const RESOURCE_NAMES: Readonly<Record<AllocationKey, string>> = {
  cpuCores: 'CPU',
  memoryBytes: 'memory',
  ingressBitsPerSecond: 'incoming bits per second',
  egressBitsPerSecond: 'outgoing bits per second',
};
