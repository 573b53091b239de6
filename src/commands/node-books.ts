import type { CapacityLedger } from '#loop/act.ts';
import type { ClaimBook } from '#loop/negotiate.ts';
import type { NodeRelief } from '#loop/relief.ts';
import type { Share } from '#model/claim.ts';
import type { Ledger } from '#record/ledger.ts';

/** The ledger as the loop uses it. */
export function booksOf(ledger: Ledger): {
  readonly ledger: CapacityLedger;
  readonly claims: ClaimBook;
  readonly residents: Pick<NodeRelief, 'residents' | 'markFrozen'>;
} {
  let last: { readonly instanceId: string; readonly share: Share } | undefined;
  return {
    ledger: {
      reserve(instanceId, wanted, claim) {
        const { granted, share } = ledger.reserve(instanceId, wanted, claim);
        last = { instanceId, share };
        return granted;
      },
      shrink: (instanceId, to, claim) => ledger.shrink(instanceId, to, claim),
      shareOf: (instanceId) => (last?.instanceId === instanceId ? last.share : undefined),
    },
    claims: {
      rung: () => ledger.rung(),
      isScarce: () => ledger.isScarce(),
      onRing: (callback) => ledger.onRing(callback),
      negotiate: (claims) => ledger.negotiate(claims),
      hear: () => ledger.hear(),
    },
    residents: {
      residents: () =>
        ledger
          .snapshot()
          .reservations.map(({ held, ...rest }) => ({ ...rest, memoryBytes: held.memoryBytes })),
      markFrozen: (instanceId, frozen) => ledger.markFrozen(instanceId, frozen),
    },
  };
}
