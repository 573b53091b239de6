import { mapAllocation, type Allocation } from '#model/allocation.ts';
import { grant } from '#record/grant.ts';
import { ALLOCATION_KEYS } from '#model/allocation.ts';

const NOTHING = mapAllocation(() => 0);

/**
 * One node's books in memory, by the same rule as the shared ones: reserve before growing, never
 * more than the node has. Lifecycle of an instance: admit → (reserve, shrink)* → release.
 */
export class NodeLedger {
  readonly capacity: Allocation;
  readonly #held = new Map<string, Allocation>();
  #free: Allocation;

  constructor(capacity: Allocation) {
    this.capacity = capacity;
    this.#free = capacity;
  }

  get size(): number {
    return this.#held.size;
  }

  free(): Allocation {
    return this.#free;
  }

  fits(wanted: Allocation): boolean {
    return ALLOCATION_KEYS.every((key) => wanted[key] <= this.#free[key]);
  }

  /** False, and nothing held, when it does not fit. */
  admit(id: string, wanted: Allocation): boolean {
    if (!this.fits(wanted)) return false;
    this.#put(id, NOTHING, wanted);
    return true;
  }

  reserve(id: string, wanted: Allocation): Allocation {
    const held = this.#held.get(id) ?? NOTHING;
    const granted = grant({ held, wanted, free: this.#free });
    this.#put(
      id,
      held,
      mapAllocation((key) => Math.max(held[key], granted[key])),
    );
    return granted;
  }

  shrink(id: string, to: Allocation): void {
    const held = this.#held.get(id);
    if (held)
      this.#put(
        id,
        held,
        mapAllocation((key) => Math.min(held[key], to[key])),
      );
  }

  release(id: string): void {
    const held = this.#held.get(id);
    if (!held) return;
    this.#put(id, held, NOTHING);
    this.#held.delete(id);
  }

  #put(id: string, before: Allocation, now: Allocation): void {
    this.#held.set(id, now);
    this.#free = mapAllocation((key) => this.#free[key] - (now[key] - before[key]));
  }
}
