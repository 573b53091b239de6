import type { CapacityLedger } from '#loop/act.ts';
import type { ClaimBook } from '#loop/negotiate.ts';
import { higherOf, type Allocation } from '#model/allocation.ts';
import { DEFAULT_TENANT, DEFAULT_WEIGHT, type Claim, type Share } from '#model/claim.ts';
import { NodeLedger } from '#simulate/node-ledger.ts';

/** What is not resized gives way to nobody. */
const HIGHEST_PRIORITY = 100;

type Entry = { readonly node: string; held: Allocation; claim: Claim };

/**
 * The books of every node, by the rule of a single one: what grows is reserved before, and requests on
 * a node never add up to more than it has. Pods that are not resized are in them as what they hold.
 * Lifecycle of an instance: hold → (reserve, shrink, negotiate)* → release.
 */
export class ClusterBooks implements CapacityLedger, ClaimBook {
  readonly #nodes = new Map<string, NodeLedger>();
  readonly #entries = new Map<string, Entry>();
  readonly #allocatable = new Map<string, Allocation>();

  /** A node, or what has become of it; what is held on it stays in the books. */
  setNode(name: string, capacity: Allocation): void {
    const known = this.#allocatable.get(name);
    if (known?.cpuCores === capacity.cpuCores && known.memoryBytes === capacity.memoryBytes) return;
    const books = new NodeLedger(capacity);
    this.#allocatable.set(name, capacity);
    this.#nodes.set(name, books);
    for (const [id, entry] of this.#entries) if (entry.node === name) put(books, id, entry);
  }

  removeNode(name: string): void {
    this.#nodes.delete(name);
    this.#allocatable.delete(name);
  }

  capacityOf(node: string): Allocation | undefined {
    return this.#allocatable.get(node);
  }

  /** What is there already, whether it fits or not. */
  hold(id: string, node: string, held: Allocation): void {
    const known = this.#entries.get(id);
    if (known) this.release(id);
    const entry = { node, held, claim: claimOf(held) };
    this.#entries.set(id, entry);
    const books = this.#nodes.get(node);
    if (books) put(books, id, entry);
  }

  release(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#nodes.get(entry.node)?.release(id);
  }

  reserve(id: string, wanted: Allocation, claim: Claim): Allocation {
    const entry = this.#entries.get(id);
    const books = entry && this.#nodes.get(entry.node);
    // Of a node that is not known, the kubelet will say what it has no room for.
    if (!entry || !books) return wanted;
    const granted = books.reserve(id, wanted, claim);
    entry.held = higherOf(entry.held, granted);
    entry.claim = claim;
    return granted;
  }

  shrink(id: string, to: Allocation, claim: Claim): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.held = to;
    entry.claim = claim;
    this.#nodes.get(entry.node)?.shrink(id, to, claim);
  }

  rung(): number {
    let rung = 0;
    for (const books of this.#nodes.values()) rung += books.rung();
    return rung;
  }

  isScarce(): boolean {
    for (const books of this.#nodes.values()) if (books.isScarce()) return true;
    return false;
  }

  /** Nobody else writes into these books. */
  onRing(): () => void {
    return () => {};
  }

  negotiate(claims: ReadonlyMap<string, Claim>): ReadonlyMap<string, Share> {
    const byNode = new Map<string, Map<string, Claim>>();
    for (const [id, claim] of claims) {
      const node = this.#entries.get(id)?.node;
      if (node === undefined || !this.#nodes.get(node)?.isScarce()) continue;
      const ofNode = byNode.get(node) ?? new Map<string, Claim>();
      byNode.set(node, ofNode.set(id, claim));
    }
    const shares = new Map<string, Share>();
    for (const [node, ofNode] of byNode)
      for (const [id, share] of this.#nodes.get(node)!.negotiate(ofNode)) shares.set(id, share);
    return shares;
  }

  hear(): ReadonlyMap<string, Share> {
    const shares = new Map<string, Share>();
    for (const books of this.#nodes.values())
      if (books.isScarce()) for (const [id, share] of books.hear()) shares.set(id, share);
    return shares;
  }
}

function put(books: NodeLedger, id: string, { held, claim }: Entry): void {
  // What does not fit is there all the same: then nothing is free.
  books.admit(id, held);
  books.reserve(id, held, claim);
}

function claimOf(held: Allocation): Claim {
  const whole = { floor: held, need: held, demand: held };
  const claimant = {
    priority: HIGHEST_PRIORITY,
    weight: DEFAULT_WEIGHT,
    tenant: DEFAULT_TENANT,
  };
  return { ...whole, ...claimant };
}
