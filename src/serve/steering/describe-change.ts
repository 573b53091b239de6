import { ALLOCATION_KEYS, type Allocation } from '#model/allocation.ts';
import { formatAllocated } from '#model/quantities.ts';

/** "cpuCores from 500m to 1"; empty when nothing changes. */
export function describeChange(from: Allocation, to: Allocation): string {
  return ALLOCATION_KEYS.filter((key) => from[key] !== to[key])
    .map(
      (key) => `${key} from ${formatAllocated(key, from[key])} to ${formatAllocated(key, to[key])}`,
    )
    .join(', ');
}
