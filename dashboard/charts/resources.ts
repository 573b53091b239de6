import type { AllocationKey } from '#model/allocation.ts';
import type { Sampled } from '../run/run-model.ts';

export type Resource = {
  readonly key: AllocationKey;
  readonly title: string;
  readonly used: Sampled;
  readonly allocated: Sampled;
  readonly held?: Sampled;
  readonly heldText?: string;
};

export const RESOURCES: readonly Resource[] = [
  {
    key: 'cpuCores',
    title: 'CPU, cores',
    used: 'cpuUsed',
    allocated: 'cpuAllocated',
    held: 'cpuHeld',
    heldText: 'throttled',
  },
  {
    key: 'memoryBytes',
    title: 'Memory',
    used: 'memoryUsed',
    allocated: 'memoryAllocated',
    held: 'memoryHeld',
    heldText: 'stalled',
  },
  {
    key: 'ingressBitsPerSecond',
    title: 'Network, received',
    used: 'ingressUsed',
    allocated: 'ingressAllocated',
  },
  {
    key: 'egressBitsPerSecond',
    title: 'Network, sent',
    used: 'egressUsed',
    allocated: 'egressAllocated',
  },
];
