import type { Allocation } from '#model/allocation.ts';
import { NodeLedger } from '../node-ledger.ts';

/** The nodes of a fleet and where the next run is looked for room. */
export class Nodes {
  readonly #ledgers: readonly NodeLedger[];
  #next = 0;

  constructor(count: number, capacity: Allocation) {
    this.#ledgers = Array.from({ length: count }, () => new NodeLedger(capacity));
  }

  /** The next node with room for it, which then holds it; undefined when none has. */
  place(id: string, wanted: Allocation): NodeLedger | undefined {
    for (let tried = 0; tried < this.#ledgers.length; tried++) {
      const index = (this.#next + tried) % this.#ledgers.length;
      const ledger = this.#ledgers[index]!;
      if (!ledger.admit(id, wanted)) continue;
      this.#next = (index + 1) % this.#ledgers.length;
      return ledger;
    }
    return undefined;
  }
}
