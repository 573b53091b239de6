import { mapAllocation } from '#model/allocation.ts';
import { DEFAULT_WEIGHT } from '#model/claim.ts';
import { LimberError } from '#model/errors.ts';
import { ownController } from '#record/controller-process.ts';
import type { Ledger } from '#record/ledger.ts';

const NOTHING = mapAllocation(() => 0);
/** Left for executions that come: the pool never takes the last. */
const KEPT_FREE_BYTES = 64 * 2 ** 20;
/** Gives way to everybody. */
const CLAIMANT = { priority: 0, weight: DEFAULT_WEIGHT, tenant: 'limber-warm' };

export type Reserve = {
  /** False when the node has not that much to spare; then what was held stays held. */
  readonly hold: (bytes: number) => boolean;
  readonly heldBytes: () => number;
};

/** What all warm instances of this process hold of the node: one entry in its books. */
export function openReserve(ledger: Ledger): Reserve {
  const controller = ownController();
  const id = `warm-${controller.controllerPid}`;
  let heldBytes = 0;

  function shrinkTo(bytes: number): void {
    if (bytes > 0) ledger.shrink(id, memory(bytes));
    else ledger.release(id);
    heldBytes = bytes;
  }

  function grow(bytes: number): boolean {
    const { free } = ledger.snapshot();
    if (free.memoryBytes < bytes - heldBytes + KEPT_FREE_BYTES) return false;
    const request = { ...controller, min: NOTHING, wanted: memory(bytes), claimant: CLAIMANT };
    const { granted } = ledger.admit(id, request);
    if (granted.memoryBytes >= bytes) {
      heldBytes = bytes;
      return true;
    }
    shrinkTo(heldBytes);
    return false;
  }

  return {
    heldBytes: () => heldBytes,
    hold(bytes) {
      if (bytes <= heldBytes) {
        if (bytes < heldBytes) shrinkTo(bytes);
        return true;
      }
      try {
        return grow(bytes);
      } catch (error) {
        if (error instanceof LimberError && REFUSALS.has(error.code)) return false;
        throw error;
      }
    },
  };
}

const REFUSALS = new Set(['capacity-exhausted', 'tenant-quota-exceeded']);

function memory(memoryBytes: number) {
  return { ...NOTHING, memoryBytes };
}
