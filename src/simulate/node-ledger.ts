import { shareOut } from '#arbitrate/share-out.ts';
import { ALLOCATION_KEYS, mapAllocation, type Allocation } from '#model/allocation.ts';
import type { Claim, NamedClaim, Node } from '#model/claim.ts';
import { grant } from '#record/grant.ts';

const NOTHING = mapAllocation(() => 0);
const ENOUGH_FOR_ALL = mapAllocation(() => Number.POSITIVE_INFINITY);

/**
 * One node's books in memory, by the same rules as the shared ones: reserve before growing, never
 * more than the node has, and where it has not enough for all, no more than the arbiter's share.
 * Lifecycle of an instance: admit → (reserve, shrink)* → release.
 */
export class NodeLedger {
  readonly #node: Node;
  readonly #held = new Map<string, Allocation>();
  readonly #claims = new Map<string, Claim>();
  #free: Allocation;

  constructor(capacity: Allocation) {
    this.#node = { capacity, tenants: {} };
    this.#free = capacity;
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

  reserve(id: string, wanted: Allocation, claim: Claim): Allocation {
    const held = this.#held.get(id) ?? NOTHING;
    this.#claims.set(id, claim);
    const isScarce = ALLOCATION_KEYS.some((key) => wanted[key] - held[key] > this.#free[key]);
    const entitled = isScarce ? this.#entitled(id) : ENOUGH_FOR_ALL;
    const granted = grant({ held, wanted, entitled, free: this.#free });
    this.#put(
      id,
      held,
      mapAllocation((key) => Math.max(held[key], granted[key])),
    );
    return granted;
  }

  shrink(id: string, to: Allocation, claim: Claim): void {
    const held = this.#held.get(id);
    if (!held) return;
    this.#claims.set(id, claim);
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
    this.#claims.delete(id);
  }

  #entitled(id: string): Allocation {
    const claims: NamedClaim[] = [...this.#claims].map(([instanceId, claim]) => ({
      ...claim,
      instanceId,
      held: this.#held.get(instanceId) ?? NOTHING,
    }));
    const index = claims.findIndex(({ instanceId }) => instanceId === id);
    return shareOut(claims, this.#node)[index]?.entitled ?? ENOUGH_FOR_ALL;
  }

  #put(id: string, before: Allocation, now: Allocation): void {
    this.#held.set(id, now);
    this.#free = mapAllocation((key) => this.#free[key] - (now[key] - before[key]));
  }
}
