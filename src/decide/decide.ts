import { clampAllocation, restingBounds } from '#model/constraints.ts';
import { mapAllocation, sameAllocation } from '#model/allocation.ts';
import type { Target } from '#model/decision.ts';
import { raiseToFloor, withFloor } from './floor.ts';
import type { Policy, PolicyInput } from './policy.ts';

/** Changes below these are noise of rounding, not decisions. */
const SMALLEST = {
  cpuCores: 0.01,
  memoryBytes: 64 * 1024,
  ingressBitsPerSecond: 1000,
  egressBitsPerSecond: 1000,
} as const;

/**
 * The policy's target inside the constraints, or undefined when nothing changes. A live working set
 * is a floor below which no policy may push memory, whatever it believes.
 */
export function decide(policy: Policy, seen: PolicyInput): Target | undefined {
  if (seen.constraints.mode === 'locked') return undefined;
  const input = withFloor(seen);
  const target = raiseToFloor(policy.decide(input), input);
  if (!target) return undefined;
  const bounds = policy.rests ? restingBounds(input.constraints) : input.constraints;
  const clamped = clampAllocation(target.allocation, bounds);
  const allocation = mapAllocation((key) => {
    const floor = key === 'memoryBytes' ? liveFloorBytes(input) : 0;
    const wanted = Math.max(clamped[key], floor);
    return Math.abs(wanted - input.allocation[key]) < SMALLEST[key]
      ? input.allocation[key]
      : wanted;
  });
  const changes = !sameAllocation(allocation, input.allocation);
  return changes ? { ...target, allocation } : undefined;
}

const LIVE_MARGIN = 1.02;

/** Never above the present allocation: the floor stops cuts, it does not make growth. */
function liveFloorBytes({ sample, allocation }: PolicyInput): number {
  return Math.min(allocation.memoryBytes, sample.memoryWorkingSetBytes * LIVE_MARGIN);
}
