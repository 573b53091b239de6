/** What an instance may use now. One value per resource; resources are never coupled. */
export type Allocation = {
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly ingressBitsPerSecond: number;
  readonly egressBitsPerSecond: number;
};

export type AllocationKey = keyof Allocation;

const NONE = Number.POSITIVE_INFINITY;

export const ALLOCATION_KEYS = [
  'cpuCores',
  'memoryBytes',
  'ingressBitsPerSecond',
  'egressBitsPerSecond',
] as const satisfies readonly AllocationKey[];

/** Reasons and reports speak of three resources: both directions of the network are one of them. */
export type Resource = 'cpu' | 'memory' | 'network';

export const RESOURCE_OF = {
  cpuCores: 'cpu',
  memoryBytes: 'memory',
  ingressBitsPerSecond: 'network',
  egressBitsPerSecond: 'network',
} as const satisfies Record<AllocationKey, Resource>;

export function mapAllocation(fn: (key: AllocationKey) => number): Allocation {
  return {
    cpuCores: fn('cpuCores'),
    memoryBytes: fn('memoryBytes'),
    ingressBitsPerSecond: fn('ingressBitsPerSecond'),
    egressBitsPerSecond: fn('egressBitsPerSecond'),
  };
}

/** Of each resource the more of both. */
export function higherOf(a: Allocation, b: Allocation): Allocation {
  return {
    cpuCores: Math.max(a.cpuCores, b.cpuCores),
    memoryBytes: Math.max(a.memoryBytes, b.memoryBytes),
    ingressBitsPerSecond: Math.max(a.ingressBitsPerSecond, b.ingressBitsPerSecond),
    egressBitsPerSecond: Math.max(a.egressBitsPerSecond, b.egressBitsPerSecond),
  };
}

/** Of each resource the less of both. */
export function lowerOf(a: Allocation, b: Allocation): Allocation {
  return {
    cpuCores: Math.min(a.cpuCores, b.cpuCores),
    memoryBytes: Math.min(a.memoryBytes, b.memoryBytes),
    ingressBitsPerSecond: Math.min(a.ingressBitsPerSecond, b.ingressBitsPerSecond),
    egressBitsPerSecond: Math.min(a.egressBitsPerSecond, b.egressBitsPerSecond),
  };
}

/** Of one resource at least it is more; what is not in the limit has none. */
export function exceeds(
  amount: Allocation,
  limit: { readonly [Key in AllocationKey]?: number | undefined },
): boolean {
  return (
    amount.cpuCores > (limit.cpuCores ?? NONE) ||
    amount.memoryBytes > (limit.memoryBytes ?? NONE) ||
    amount.ingressBitsPerSecond > (limit.ingressBitsPerSecond ?? NONE) ||
    amount.egressBitsPerSecond > (limit.egressBitsPerSecond ?? NONE)
  );
}

/** As the program is told: whole bytes and bits, and null where nothing is limited. */
export function toldAllocation(
  allocation: Allocation,
): Readonly<Record<AllocationKey, number | null>> {
  const whole = mapAllocation((key) =>
    key === 'cpuCores' ? allocation[key] : Math.floor(allocation[key]),
  );
  const finite = (key: AllocationKey) => (Number.isFinite(whole[key]) ? whole[key] : null);
  return {
    cpuCores: finite('cpuCores'),
    memoryBytes: finite('memoryBytes'),
    ingressBitsPerSecond: finite('ingressBitsPerSecond'),
    egressBitsPerSecond: finite('egressBitsPerSecond'),
  };
}

export function sameAllocation(a: Allocation, b: Allocation): boolean {
  return (
    a.cpuCores === b.cpuCores &&
    a.memoryBytes === b.memoryBytes &&
    a.ingressBitsPerSecond === b.ingressBitsPerSecond &&
    a.egressBitsPerSecond === b.egressBitsPerSecond
  );
}
