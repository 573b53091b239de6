import type { Allocation } from '#model/allocation.ts';
import { cpuQuantity, memoryQuantity } from '../quantity.ts';
import type { Resources } from '../api/types.ts';

/** Below this no container starts: the shell that starts the program needs it. */
const LEAST_LIMIT_BYTES = 16 * 2 ** 20;
/** What is reserved for a pod that may take whatever there is. */
const UNLIMITED = { cpuCores: 0.1, memoryBytes: 64 * 2 ** 20 };

export type Amounts = Pick<Allocation, 'cpuCores' | 'memoryBytes'>;

/** How far the limit lies above what is reserved. */
export type Room = { readonly burstRoomBytes: number; readonly maxMemoryBytes: number };

/** What a container is to have: reserved for it, and at most. */
export type Shape = {
  readonly asked: Amounts;
  readonly requests: Amounts;
  readonly limits: Amounts;
};

/** How allocations become requests and limits of a container, and come back from them. */
export type Form = {
  /** What the container is to have; its memory limit is never below `floorBytes`. */
  readonly shape: (target: Amounts, floorBytes?: number) => Shape;
  /** What is in force, in allocations: the one asked for where it is. */
  readonly allocated: (inForce: Pick<Shape, 'requests' | 'limits'>, shape: Shape) => Amounts;
  /** The same with nothing more reserved than `held`; what is there in plenty is Infinity in it. */
  readonly affordable: (shape: Shape, held: Amounts) => Shape;
  /** In the API's notation; what is not limited is left out. */
  readonly resources: (shape: Shape) => Resources;
};

/** Of pods that Limber makes. */
export function roomyForm(room: Room): Form {
  return {
    shape: (target, floorBytes) => shapeOf(target, room, floorBytes),
    allocated: ({ limits }, shape) => allocatedOf(limits, shape, room),
    affordable: withoutMoreReserved,
    resources: resourcesOf,
  };
}

/**
 * The request is the allocation, which the scheduler and the arbiter count. The memory limit lies
 * above it by the burst room, up to the maximum: a program that grows faster than the API server
 * answers is not killed. It is never below `floorBytes`, what the program holds and a margin.
 * Example: 64 MiB, 256 MiB of room, 1 GiB at most → request 64 MiB, limit 320 MiB.
 */
export function shapeOf({ cpuCores, memoryBytes }: Amounts, room: Room, floorBytes = 0): Shape {
  const highest = Math.max(memoryBytes, room.maxMemoryBytes);
  const roomy = Math.min(memoryBytes + room.burstRoomBytes, highest);
  const limitBytes = Math.max(roomy, floorBytes, LEAST_LIMIT_BYTES);
  return {
    asked: { cpuCores, memoryBytes },
    requests: {
      cpuCores: Number.isFinite(cpuCores) ? cpuCores : UNLIMITED.cpuCores,
      memoryBytes: Number.isFinite(memoryBytes) ? memoryBytes : UNLIMITED.memoryBytes,
    },
    limits: { cpuCores, memoryBytes: limitBytes },
  };
}

/** The same limits, and nothing more reserved than `held`. */
export function withoutMoreReserved(shape: Shape, held: Amounts): Shape {
  const { cpuCores, memoryBytes } = shape.requests;
  return {
    ...shape,
    requests: {
      cpuCores: Math.min(cpuCores, held.cpuCores),
      memoryBytes: Math.min(memoryBytes, held.memoryBytes),
    },
  };
}

/** In the API's notation; what is not limited is left out. */
export function resourcesOf({ requests, limits }: Shape): Resources {
  return {
    requests: { cpu: cpuQuantity(requests.cpuCores), memory: memoryQuantity(requests.memoryBytes) },
    limits: {
      ...(Number.isFinite(limits.cpuCores) && { cpu: cpuQuantity(limits.cpuCores) }),
      ...(Number.isFinite(limits.memoryBytes) && { memory: memoryQuantity(limits.memoryBytes) }),
    },
  };
}

/** What limits in force amount to, in allocations: the one asked for where they are its limits. */
export function allocatedOf(inForce: Amounts, { asked, limits }: Shape, room: Room): Amounts {
  const sameCpu =
    !Number.isFinite(limits.cpuCores) ||
    cpuQuantity(inForce.cpuCores) === cpuQuantity(limits.cpuCores);
  const roomy = shapeOf(asked, room).limits.memoryBytes;
  const sameMemory = Math.abs(inForce.memoryBytes - roomy) < 2 || inForce.memoryBytes === roomy;
  return {
    cpuCores: sameCpu ? asked.cpuCores : inForce.cpuCores,
    memoryBytes: sameMemory ? asked.memoryBytes : withoutRoom(inForce.memoryBytes, room),
  };
}

function withoutRoom(limitBytes: number, { burstRoomBytes, maxMemoryBytes }: Room): number {
  return limitBytes >= maxMemoryBytes ? limitBytes : Math.max(0, limitBytes - burstRoomBytes);
}
