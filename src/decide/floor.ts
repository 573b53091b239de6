import { ALLOCATION_KEYS, RESOURCE_OF, mapAllocation } from '#model/allocation.ts';
import type { Constraints } from '#model/constraints.ts';
import type { Reason, Target } from '#model/decision.ts';
import type { Floor } from '#model/hint.ts';
import type { PolicyInput } from './policy.ts';

/** While something is asked for, the policy's minimum is that, within what the user allows. */
export function withFloor(input: PolicyInput): PolicyInput {
  const { floor, constraints } = input;
  if (!floor) return input;
  const { restingCores, ...bounds } = constraints;
  const mayRest = restingCores !== undefined && floor.cpuCores === undefined;
  const min = raisedMin(constraints, floor);
  return { ...input, constraints: { ...bounds, min, ...(mayRest && { restingCores }) } };
}

function raisedMin({ min, max }: Constraints, floor: Floor) {
  return mapAllocation((key) => Math.min(max[key], Math.max(min[key], floor[key]?.value ?? 0)));
}

/**
 * The target raised to what was asked for, with one reason per resource; growth before need.
 * `input` is that of `withFloor`. What the policy said of a resource that it no longer decides goes.
 */
export function raiseToFloor(target: Target | undefined, input: PolicyInput): Target | undefined {
  const { floor, allocation, constraints } = input;
  if (!floor) return target;
  const wanted = target?.allocation ?? allocation;
  const raised = ALLOCATION_KEYS.filter((key) => floor[key] && wanted[key] < constraints.min[key]);
  const grown = raised.filter((key) => allocation[key] < constraints.min[key]);
  if (grown.length === 0) return target;
  const resources = new Set(grown.map((key) => RESOURCE_OF[key]));
  const kept = (target?.reasons ?? []).filter(({ resource }) => !resources.has(resource));
  const asked = grown.map((key): Reason => {
    const value = constraints.min[key];
    return {
      resource: RESOURCE_OF[key],
      signal: SIGNALS[key],
      value: floor[key]!.value,
      threshold: allocation[key],
      factor: value / allocation[key],
      text: floor[key]!.text,
    };
  });
  return {
    allocation: mapAllocation((key) => (raised.includes(key) ? constraints.min[key] : wanted[key])),
    reasons: [...kept, ...asked],
    rolledBack: target?.rolledBack ?? false,
  };
}

const SIGNALS = {
  cpuCores: 'hint.cpu',
  memoryBytes: 'hint.memory',
  ingressBitsPerSecond: 'hint.ingress',
  egressBitsPerSecond: 'hint.egress',
} as const;
