import { entitlementTo, shareOut } from '#arbitrate/share-out.ts';
import type { ClaimBook } from '#loop/negotiate.ts';
import {
  ALLOCATION_KEYS,
  exceeds,
  higherOf,
  lowerOf,
  mapAllocation,
  type Allocation,
  type AllocationKey,
} from '#model/allocation.ts';
import type { Claim, NamedClaim, Node, Share } from '#model/claim.ts';
import { grant } from '#record/grant.ts';

const NOTHING = mapAllocation(() => 0);

/**
 * One node's books in memory, by the same rules as the shared ones: reserve before growing, never
 * more than the node has, and where it has not enough for all, no more than the arbiter's share.
 * Lifecycle of an instance: admit → (reserve, shrink, negotiate)* → release.
 */
export class NodeLedger implements ClaimBook {
  readonly #node: Node;
  readonly #held = new Map<string, Allocation>();
  readonly #claims = new Map<string, NamedClaim>();
  /** In the order of their names: what they share is the same whoever asks first. */
  readonly #inOrder: NamedClaim[] = [];
  #free: Allocation;
  #rung = 0;
  #isScarce = false;

  constructor(capacity: Allocation) {
    this.#node = { capacity, tenants: {} };
    this.#free = capacity;
  }

  rung(): number {
    return this.#rung;
  }

  isScarce(): boolean {
    return this.#isScarce;
  }

  /** Nobody else writes into these books: whoever changed them asks for what rang. */
  onRing(): () => void {
    return () => {};
  }

  negotiate(claims: ReadonlyMap<string, Claim>): ReadonlyMap<string, Share> {
    for (const [id, claim] of claims) if (this.#held.has(id)) this.#claim(id, claim);
    this.#isScarce = ALLOCATION_KEYS.some((key) => this.#wanted(key) > this.#node.capacity[key]);
    return this.hear();
  }

  hear(): ReadonlyMap<string, Share> {
    const shares = shareOut(this.#inOrder, this.#node);
    const byName = new Map<string, Share>();
    for (let index = 0; index < shares.length; index++)
      byName.set(this.#inOrder[index]!.instanceId, shares[index]!);
    return byName;
  }

  fits(wanted: Allocation): boolean {
    return !exceeds(wanted, this.#free);
  }

  /** False, and nothing held, when it does not fit. */
  admit(id: string, wanted: Allocation): boolean {
    if (!this.fits(wanted)) return false;
    this.#put(id, NOTHING, wanted);
    return true;
  }

  reserve(id: string, wanted: Allocation, claim: Claim): Allocation {
    const held = this.#held.get(id) ?? NOTHING;
    this.#claim(id, claim);
    const isScarce = ALLOCATION_KEYS.some((key) => wanted[key] - held[key] > this.#free[key]);
    if (isScarce) this.#ring();
    const place = this.#placeOf(id);
    // Sharing out takes longest: only what can grow is asked for.
    const entitled = mapAllocation((key) =>
      isScarce && wanted[key] > held[key] && this.#free[key] > 0
        ? entitlementTo(key, place, this.#inOrder, this.#node)
        : Number.POSITIVE_INFINITY,
    );
    const granted = grant({ held, wanted, entitled, free: this.#free });
    this.#put(id, held, higherOf(held, granted));
    return granted;
  }

  shrink(id: string, to: Allocation, claim: Claim): void {
    const held = this.#held.get(id);
    if (!held) return;
    this.#claim(id, claim);
    this.#put(id, held, lowerOf(held, to));
    if (this.#isScarce) this.#ring();
  }

  release(id: string): void {
    const held = this.#held.get(id);
    if (!held) return;
    this.#put(id, held, NOTHING);
    this.#held.delete(id);
    if (this.#claims.delete(id)) this.#inOrder.splice(this.#placeOf(id), 1);
    if (this.#isScarce) this.#ring();
  }

  #ring(): void {
    this.#rung++;
    this.#isScarce = true;
  }

  #claim(id: string, claim: Claim, held = this.#held.get(id) ?? NOTHING): void {
    const { priority, weight, tenant, floor, need, demand } = claim;
    const named = { priority, weight, tenant, floor, need, demand, instanceId: id, held };
    const place = this.#placeOf(id);
    if (this.#claims.has(id)) this.#inOrder[place] = named;
    else this.#inOrder.splice(place, 0, named);
    this.#claims.set(id, named);
  }

  /** Where a name is, or belongs. */
  #placeOf(id: string): number {
    let [low, high] = [0, this.#inOrder.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#inOrder[middle]!.instanceId < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Held or claimed, by all together. */
  #wanted(key: AllocationKey): number {
    let total = 0;
    for (const [id, held] of this.#held)
      total += Math.max(held[key], this.#claims.get(id)?.demand[key] ?? 0);
    return total;
  }

  #put(id: string, before: Allocation, now: Allocation): void {
    this.#held.set(id, now);
    const claim = this.#claims.get(id);
    if (claim !== undefined) this.#claim(id, claim, now);
    this.#free = mapAllocation((key) => this.#free[key] - (now[key] - before[key]));
  }
}
