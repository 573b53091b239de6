import type { Resources } from '#runtimes/kubernetes/api/types.ts';
import {
  cpuCoresOf,
  cpuQuantity,
  memoryBytesOf,
  memoryQuantity,
} from '#runtimes/kubernetes/quantity.ts';
import {
  withoutMoreReserved,
  type Amounts,
  type Form,
  type Shape,
} from '#runtimes/kubernetes/resize/shape.ts';

const BURST_ROOM_BYTES = 256 * 2 ** 20;

export type Controlled = { readonly cpu: boolean; readonly memory: boolean };

export type KeptFormOptions = {
  /** As its author wrote them. */
  readonly resources: Resources;
  /** Every request is its limit, and has to stay so. */
  readonly isGuaranteed: boolean;
  /** Limits lie at most there, unless a request does. */
  readonly max: Amounts;
  readonly burstRoomBytes: number;
  readonly controlled: Controlled;
};

/**
 * The form of a container that somebody else wrote: the request is the allocation. A CPU limit keeps
 * its proportion to the request; a memory limit lies above it by the burst room; what has no limit
 * gets none, and the class of the pod stays what it is.
 * Example: 100m/1 CPU and 64Mi/128Mi, resized to 300m and 400Mi with 1Gi at most → 300m/3 and 400Mi/656Mi.
 */
export function keptForm(options: KeptFormOptions): Form {
  const { resources, isGuaranteed, controlled } = options;
  return {
    shape: (asked, floorBytes = 0) => shapeOf(asked, floorBytes, options),
    allocated: ({ requests }, { asked, requests: wanted }) => ({
      cpuCores: isThere(requests.cpuCores, wanted.cpuCores) ? asked.cpuCores : requests.cpuCores,
      memoryBytes:
        Math.floor(requests.memoryBytes) === Math.floor(wanted.memoryBytes)
          ? asked.memoryBytes
          : requests.memoryBytes,
    }),
    affordable(shape, held) {
      const less = withoutMoreReserved(shape, held);
      return isGuaranteed ? { ...less, limits: less.requests } : less;
    },
    resources: ({ requests, limits }) => ({
      requests: {
        ...(controlled.cpu && { cpu: cpuQuantity(requests.cpuCores) }),
        ...(controlled.memory && { memory: memoryQuantity(requests.memoryBytes) }),
      },
      limits: {
        ...(controlled.cpu && resources.limits?.cpu && { cpu: cpuQuantity(limits.cpuCores) }),
        ...(controlled.memory &&
          resources.limits?.memory && { memory: memoryQuantity(limits.memoryBytes) }),
      },
    }),
  };
}

/** How far the memory limit lies above the request. */
export function burstRoomOf({ limits }: Resources, isGuaranteed: boolean): number {
  return isGuaranteed || !limits?.memory ? 0 : BURST_ROOM_BYTES;
}

/** What a container has reserved; a limit without a request is its request. */
export function requestedOf({ requests, limits }: Resources): Amounts {
  const cpu = requests?.cpu ?? limits?.cpu;
  const memory = requests?.memory ?? limits?.memory;
  return {
    cpuCores: cpu === undefined ? 0 : cpuCoresOf(cpu),
    memoryBytes: memory === undefined ? 0 : memoryBytesOf(memory),
  };
}

function shapeOf(asked: Amounts, floorBytes: number, options: KeptFormOptions): Shape {
  const { isGuaranteed, max, burstRoomBytes, resources } = options;
  if (isGuaranteed) {
    const memoryBytes = Math.max(asked.memoryBytes, floorBytes);
    const requests = { cpuCores: asked.cpuCores, memoryBytes };
    return { asked, requests, limits: requests };
  }
  const roomy = Math.min(
    asked.memoryBytes + burstRoomBytes,
    Math.max(asked.memoryBytes, max.memoryBytes),
  );
  const cpuLimit = Math.min(
    asked.cpuCores * proportion(resources),
    Math.max(asked.cpuCores, max.cpuCores),
  );
  return {
    asked,
    requests: asked,
    limits: {
      cpuCores: resources.limits?.cpu ? cpuLimit : Number.POSITIVE_INFINITY,
      memoryBytes: resources.limits?.memory
        ? Math.max(roomy, floorBytes)
        : Number.POSITIVE_INFINITY,
    },
  };
}

function proportion({ requests, limits }: Resources): number {
  if (!requests?.cpu || !limits?.cpu) return 1;
  return Math.max(1, cpuCoresOf(limits.cpu) / cpuCoresOf(requests.cpu));
}

function isThere(cores: number, wanted: number): boolean {
  return cpuQuantity(cores) === cpuQuantity(wanted);
}
