import { createNegotiator } from '#loop/negotiate.ts';
import type { Managed } from '#loop/managed.ts';
import type { Allocation } from '#model/allocation.ts';
import { NodeLedger } from '../node-ledger.ts';

const NOBODY: readonly never[] = [];

/** One node: its books, the runs on it, and the talk among them when it has not enough for all. */
export class FleetNode<Guest extends { readonly managed: Managed }> {
  readonly ledger: NodeLedger;
  readonly #guests = new Map<Managed, Guest>();
  readonly #managed = new Set<Managed>();
  readonly #negotiator: ReturnType<typeof createNegotiator>;

  constructor(capacity: Allocation) {
    this.ledger = new NodeLedger(capacity);
    this.#negotiator = createNegotiator(this.ledger);
  }

  add(guest: Guest): void {
    this.#guests.set(guest.managed, guest);
    this.#managed.add(guest.managed);
  }

  remove(guest: Guest): void {
    this.#guests.delete(guest.managed);
    this.#managed.delete(guest.managed);
  }

  /** Those that have to give way at once, or may have what they were refused. */
  urgent(nowMs: number): readonly Guest[] {
    if (!this.#negotiator.look(this.#managed, nowMs)) return NOBODY;
    const urgent: Guest[] = [];
    for (const guest of this.#guests.values()) if (guest.managed.dueMs <= nowMs) urgent.push(guest);
    return urgent;
  }
}

/** The nodes of a fleet and where the next run is looked for room. */
export class Nodes<Guest extends { readonly managed: Managed }> {
  readonly #nodes: readonly FleetNode<Guest>[];
  #next = 0;

  constructor(count: number, capacity: Allocation) {
    this.#nodes = Array.from({ length: count }, () => new FleetNode<Guest>(capacity));
  }

  /** The next node with room for it, which then holds it; undefined when none has. */
  place(id: string, wanted: Allocation): FleetNode<Guest> | undefined {
    for (let tried = 0; tried < this.#nodes.length; tried++) {
      const index = (this.#next + tried) % this.#nodes.length;
      const node = this.#nodes[index]!;
      if (!node.ledger.admit(id, wanted)) continue;
      this.#next = (index + 1) % this.#nodes.length;
      return node;
    }
    return undefined;
  }
}
