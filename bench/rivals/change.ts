import { RESOURCE_OF, type Allocation, type AllocationKey } from '#model/allocation.ts';
import type { Reason, Target } from '#model/decision.ts';

/** A rival's answer: some quantities set anew, for one stated reason. */
export function setTo(
  allocation: Allocation,
  changes: Partial<Allocation>,
  why: { readonly signal: string; readonly text: string },
): Target | undefined {
  const keys = (Object.keys(changes) as AllocationKey[]).filter(
    (key) => changes[key] !== allocation[key],
  );
  if (keys.length === 0) return undefined;
  const reasons = keys.map((key): Reason => ({
    resource: RESOURCE_OF[key],
    signal: why.signal,
    value: changes[key]!,
    threshold: allocation[key],
    factor: changes[key]! / allocation[key],
    text: why.text,
  }));
  return { allocation: { ...allocation, ...changes }, reasons, rolledBack: false };
}

/** The setting of this name, where the configuration's `policySettings` has one. */
export function numberFrom(
  settings: Readonly<Record<string, unknown>>,
  name: string,
  absent: number,
): number {
  const value = settings[name];
  return typeof value === 'number' ? value : absent;
}
