/** What an instance may use now. One value per resource; resources are never coupled. */
export type Allocation = {
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly ingressBitsPerSecond: number;
  readonly egressBitsPerSecond: number;
};

export type AllocationKey = keyof Allocation;

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
  return ALLOCATION_KEYS.every((key) => a[key] === b[key]);
}
