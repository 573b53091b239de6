import { ALLOCATION_KEYS } from '#model/allocation.ts';
import type { Claim, Share } from '#model/claim.ts';
import { isEnforced } from './act.ts';
import { claimOf, hasRoom } from './claiming.ts';
import type { Managed } from './managed.ts';

/** While there is not enough for all, what is claimed is said this often. */
const INTERVAL_MS = 100;
/** What others claim is heard within a tick, however often they ring: many ring at the same moments. */
const HEAR_EVERY_MS = 20;

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
  /** Hears alone, which holds nobody up; undefined: try again. */
  readonly hear: () => ReadonlyMap<string, Share> | undefined;
};

/**
 * Keeps the shares of a controller's instances up to date. `look` is called at every beat and costs
 * one short read while nothing changes; instances that have to give way, or may have what they were
 * refused, become due at once. True when there are such.
 */
export function createNegotiator(book: ClaimBook | undefined): {
  readonly look: (managed: ReadonlySet<Managed>, nowMs: number) => boolean;
  /** When to look again at the latest. */
  readonly nextMs: () => number;
} {
  let lastRung = Number.NaN;
  let heardMs = Number.NEGATIVE_INFINITY;
  let tellMs = Number.POSITIVE_INFINITY;
  let nextMs = Number.POSITIVE_INFINITY;
  const hear = (managed: ReadonlySet<Managed>, nowMs: number): Shares | undefined => {
    if (!book!.isScarce()) {
      tellMs = Number.POSITIVE_INFINITY;
      return NO_SHARES;
    }
    const begins = tellMs === Number.POSITIVE_INFINITY;
    if (!begins && nowMs < tellMs) return book!.hear();
    tellMs = nowMs + INTERVAL_MS;
    return book!.negotiate(claimsOf(managed, nowMs));
  };
  return {
    nextMs: () => nextMs,
    look(managed, nowMs) {
      if (!book) return false;
      const rung = book.rung();
      if (rung === lastRung && nowMs < tellMs) return false;
      nextMs = heardMs + HEAR_EVERY_MS;
      if (nowMs < nextMs) return false;
      lastRung = rung;
      heardMs = nowMs;
      const shares = hear(managed, nowMs);
      nextMs = tellMs;
      if (shares !== undefined) return hand(shares, managed, nowMs);
      tellMs = nextMs = nowMs + HEAR_EVERY_MS;
      return false;
    },
  };
}

type Shares = ReadonlyMap<string, Share>;
const NO_SHARES: Shares = new Map();

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
    // What is only observed claims nothing, whoever hears for it.
    claiming.share = isEnforced(one) ? shares.get(one.instance.id) : undefined;
    claiming.isAnswered = hasRoom(one, nowMs);
    if (!claiming.isAnswered && !holdsTooMuch(one)) continue;
    one.dueMs = nowMs;
    isUrgent = true;
  }
  return isUrgent;
}

function holdsTooMuch({ input, claiming }: Managed): boolean {
  const { share } = claiming;
  if (share === undefined) return false;
  for (const key of ALLOCATION_KEYS) if (share.entitled[key] < input.allocation[key]) return true;
  return false;
}
