import { ALLOCATION_KEYS } from '#model/allocation.ts';
import { clampAllocation, type Constraints } from '#model/constraints.ts';
import { apply, type Estimator } from './estimator.ts';

/** The last word: no belief leaves the bounds. Example: 3 GiB under a maximum of 1 GiB → 1 GiB. */
export function withinConstraints(constraints: Constraints): Estimator {
  return (sizing) => {
    const clamped = clampAllocation(sizing.allocation, constraints);
    return ALLOCATION_KEYS.reduce((sized, key) => {
      const bound = clamped[key] > sizing.allocation[key] ? 'minimum' : 'maximum';
      return apply(sized, {
        key,
        value: clamped[key],
        estimator: 'constraints',
        reason: `${key} is held to its ${bound}`,
      });
    }, sizing);
  };
}
