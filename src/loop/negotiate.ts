import { ALLOCATION_KEYS } from '#model/allocation.ts';
import type { Claim, Share } from '#model/claim.ts';
import { isEnforced } from './act.ts';
import { claimOf, hasRoom } from './claiming.ts';
import type { Managed } from './managed.ts';

/** While there is not enough for all, what is claimed is said this often. */
const INTERVAL_MS = 100;

/** The side of the node's books on which claims meet. */
export type ClaimBook = {
  /** Another number when claims changed in between. Asked at every beat. */
  readonly rung: () => number;
  readonly isScarce: () => boolean;
  /** Calls back when claims change, where that can be told; returns the end of it. */
  readonly onRing: (callback: () => void) => () => void;
  /** Says what is claimed, and hears what each is entitled to; undefined: try again. */
  readonly negotiate: (
    claims: ReadonlyMap<string, Claim>,
  ) => ReadonlyMap<string, Share> | undefined;
};

/**
 * Keeps the shares of a controller's instances up to date. `look` is called at every beat and costs
 * one short read while nothing changes; instances that have to give way, or may have what they were
 * refused, become due at once. True when there are such.
 */
export function createNegotiator(book: ClaimBook | undefined): {
  readonly look: (managed: ReadonlySet<Managed>, nowMs: number) => boolean;
} {
  let lastRung = Number.NaN;
  let dueMs = Number.POSITIVE_INFINITY;
  return {
    look(managed, nowMs) {
      if (!book) return false;
      const rung = book.rung();
      if (rung === lastRung && nowMs < dueMs) return false;
      lastRung = rung;
      const isScarce = book.isScarce();
      dueMs = isScarce ? nowMs + INTERVAL_MS : Number.POSITIVE_INFINITY;
      const shares = isScarce ? book.negotiate(claimsOf(managed, nowMs)) : NO_SHARES;
      if (shares === undefined) dueMs = nowMs;
      else return hand(shares, managed, nowMs);
      return false;
    },
  };
}

const NO_SHARES: ReadonlyMap<string, Share> = new Map();

function claimsOf(managed: ReadonlySet<Managed>, nowMs: number): ReadonlyMap<string, Claim> {
  const claims = new Map<string, Claim>();
  for (const one of managed)
    if (isEnforced(one)) claims.set(one.instance.id, claimOf(one, undefined, nowMs));
  return claims;
}

function hand(
  shares: ReadonlyMap<string, Share>,
  managed: ReadonlySet<Managed>,
  nowMs: number,
): boolean {
  let isUrgent = false;
  for (const one of managed) {
    const { claiming } = one;
    claiming.share = shares.get(one.instance.id);
    claiming.isAnswered = hasRoom(one, nowMs);
    if (!claiming.isAnswered && !holdsTooMuch(one)) continue;
    one.dueMs = nowMs;
    isUrgent = true;
  }
  return isUrgent;
}

function holdsTooMuch({ input, claiming }: Managed): boolean {
  const { share } = claiming;
  return (
    share !== undefined &&
    ALLOCATION_KEYS.some((key) => share.entitled[key] < input.allocation[key])
  );
}
