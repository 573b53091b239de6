import type { Config } from '#config/schema.ts';
import { createPolicy } from '#decide/create-policy.ts';
import type { Allocation } from '#model/allocation.ts';
import type { PolicyName } from '#model/constraints.ts';
import type { SimulatedPolicy } from './policy.ts';

/** A policy of Limber's own, as configured; `unlimited` may have the whole node. */
export function ownPolicy(name: PolicyName, config: Config, capacity: Allocation): SimulatedPolicy {
  return {
    name,
    create: () => createPolicy(name, config),
    ...(name === 'unlimited' && { initial: () => capacity }),
  };
}
