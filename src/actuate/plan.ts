import { exceeds, higherOf, type Allocation } from '#model/allocation.ts';

/** A change of allocation in two halves, because capacity is reserved for one and freed by the other. */
export type ResizePlan = {
  /** What must be reserved before anything is written: the higher of now and then. */
  readonly reserved: Allocation;
  /** What is to be in force in the end. */
  readonly final: Allocation;
  readonly grows: boolean;
  readonly shrinks: boolean;
};

/**
 * Reserve before you grow, release after the shrink is confirmed.
 * Example: from 1 core and 64 MiB to 0.5 cores and 256 MiB reserves 1 core and 256 MiB, writes both,
 * and returns half a core once it is read back. While a former change still converges, nothing
 * shrinks: two changes of one limit in flight could land in either order.
 */
export function planResize(now: Allocation, target: Allocation, converging: boolean): ResizePlan {
  const reserved = higherOf(now, target);
  const final = converging ? reserved : target;
  return {
    reserved,
    final,
    grows: exceeds(final, now),
    shrinks: exceeds(now, final),
  };
}
