import type { CapacityLedger } from '#loop/act.ts';
import type { Services } from '../services.ts';

/** The node's books, as the loop asks them. */
export function booksOf({ engine: { ledger } }: Services): CapacityLedger {
  return {
    reserve: (id, wanted, claim) => ledger.reserve(id, wanted, claim).granted,
    shrink: (id, to, claim) => ledger.shrink(id, to, claim),
  };
}
