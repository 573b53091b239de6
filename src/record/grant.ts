import { mapAllocation, type Allocation } from '#model/allocation.ts';

/** The ledger counts whole numbers, so that sums are exact: CPU in millionths of a core. */
const CPU_UNITS_PER_CORE = 1e6;

export type GrantRequest = {
  /** What the instance holds. */
  readonly held: Allocation;
  readonly wanted: Allocation;
  /** What it is entitled to; Infinity where there is enough for all. */
  readonly entitled: Allocation;
  /** What nobody holds; negative when more is held than there is. */
  readonly free: Allocation;
};

/**
 * What the ledger grants, per resource: what is wanted as far as the instance is entitled to it and
 * it is there, never less than is held when growing. A shrink is granted as it is; its room becomes
 * free only when the shrink has been confirmed.
 * Example: holds 1 core, wants 4, is entitled to 3.5, 2 are free → 3; when 3 are free → 3.5.
 */
export function grant({ held, wanted, entitled, free }: GrantRequest): Allocation {
  return mapAllocation((key) => {
    if (wanted[key] <= held[key]) return wanted[key];
    return Math.max(held[key], Math.min(wanted[key], entitled[key], held[key] + free[key]));
  });
}

/** Never more than `allocation`. */
export function roundDown(allocation: Allocation): Allocation {
  return toWholeUnits(allocation, Math.floor);
}

/** Never less than `allocation`: what is in force is never counted too low. */
export function roundUp(allocation: Allocation): Allocation {
  return toWholeUnits(allocation, Math.ceil);
}

function toWholeUnits(allocation: Allocation, round: (value: number) => number): Allocation {
  return {
    // 0.1 · 1e6 is 100000.00000000001 for some fractions: settle to nine digits first.
    cpuCores:
      round(Number((allocation.cpuCores * CPU_UNITS_PER_CORE).toPrecision(12))) /
      CPU_UNITS_PER_CORE,
    memoryBytes: round(allocation.memoryBytes),
    ingressBitsPerSecond: round(allocation.ingressBitsPerSecond),
    egressBitsPerSecond: round(allocation.egressBitsPerSecond),
  };
}
