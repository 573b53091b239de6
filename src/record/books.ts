import { exceeds, higherOf, lowerOf, mapAllocation, type Allocation } from '#model/allocation.ts';
import { quotaOf, type Node, type Share, type ShareOut } from '#model/claim.ts';
import { differs, FULL_SHARE, wantedBy } from './claims.ts';
import { grant, roundDown, roundUp } from './grant.ts';
import type { LedgerBell } from './ledger-bell.ts';
import type { LedgerStatements } from './ledger-file.ts';
import { amountOf } from './ledger-rows.ts';
import { reclaimDead } from './reclaim-dead.ts';
import { isReclaimed, putReservation, toReservation, type Reservation } from './reservation.ts';

/** Looking for dead controllers reads /proc: not at every refused growth. */
const RECLAIM_EVERY_MS = 250;
export const NOTHING = mapAllocation(() => 0);

export type Held = {
  readonly reservation: Reservation;
  readonly granted: Allocation;
  /** What nobody holds after this grant. */
  readonly free: Allocation;
  readonly share: Share;
};

/** What is done with the rows of the ledger while its lock is held. */
export class Books {
  readonly #node: Node;
  readonly #shareOut: ShareOut;
  readonly #bell: () => LedgerBell;
  #lastReclaimMs = Number.NEGATIVE_INFINITY;
  #known: { readonly rung: number; readonly shares: ReadonlyMap<string, Share> } = {
    rung: Number.NaN,
    shares: new Map(),
  };

  constructor(node: Node, shareOut: ShareOut, bell: () => LedgerBell) {
    this.#node = node;
    this.#shareOut = shareOut;
    this.#bell = bell;
  }

  /** Enters a claim, and reserves of `wanted` what is free and the claim is entitled to. */
  hold(
    statements: LedgerStatements,
    claimed: Reservation,
    request: {
      readonly stored: Reservation | undefined;
      readonly wanted: Allocation;
      /** With less than this it takes nothing. */
      readonly atLeast?: Allocation;
    },
  ): Held {
    const { stored, wanted, atLeast } = request;
    const isScarce = this.#wouldBeScarce(statements, claimed, stored);
    const isLimited = isScarce || quotaOf(this.#node.tenants, claimed.tenant) !== undefined;
    const changed = stored === undefined || differs(stored, claimed, this.#node.capacity);
    if (isLimited && changed) putReservation(statements, claimed);
    const shares = isLimited ? this.shares(statements, changed) : undefined;
    const share = shares?.get(claimed.instanceId) ?? FULL_SHARE;
    const { held } = claimed;
    const free = this.freeFor(statements, claimed.tenant);
    const granting = grant({ held, wanted: roundUp(wanted), entitled: share.entitled, free });
    const whole = atLeast && exceeds(atLeast, granting) ? held : granting;
    const holds = roundUp(higherOf(held, whole));
    const next = { ...claimed, held: holds };
    putReservation(statements, next);
    const mayBeScarce = isLimited || this.#bell().isScarce();
    this.ringIf(changed, mayBeScarce && this.isScarce(statements));
    const granted = lowerOf(wanted, whole);
    const left = roundDown(mapAllocation((key) => free[key] - (holds[key] - held[key])));
    return { reservation: next, granted, free: left, share };
  }

  /** Whether all fits with this claim; the dead are asked for theirs before it does not. */
  #wouldBeScarce(
    statements: LedgerStatements,
    claimed: Reservation,
    stored: Reservation | undefined,
  ): boolean {
    const more = stored ? wantedBy(stored) : NOTHING;
    const wants = wantedBy(claimed);
    const isShort = (): boolean => {
      const totals = statements.totals.get();
      const wanted = totals ? amountOf(totals, 'wanted') : NOTHING;
      return exceeds(
        mapAllocation((key) => wanted[key] - more[key] + wants[key]),
        this.#node.capacity,
      );
    };
    return isShort() && !(this.reclaimNowAndThen(statements) && !isShort());
  }

  /** Rings when others have to look: there is not enough, and it matters; or there is again. */
  ringIf(changed: boolean, isScarce: boolean): void {
    const bell = this.#bell();
    if (isScarce === bell.isScarce() && !(isScarce && changed)) return;
    const isKnown = this.#known.rung === bell.rung();
    bell.ring(isScarce);
    if (isKnown) this.#known = { ...this.#known, rung: bell.rung() };
  }

  /** As long as nothing that matters has changed, the shares are those of the last time. */
  shares(statements: LedgerStatements, changed: boolean): ReadonlyMap<string, Share> {
    const rung = this.#bell().rung();
    const mayUseKnown = !changed && Object.keys(this.#node.tenants).length === 0;
    if (mayUseKnown && this.#known.rung === rung) return this.#known.shares;
    const claims = statements.all
      .all()
      .filter((row) => !isReclaimed(row))
      .map(toReservation);
    const all = this.#shareOut(claims, this.#node);
    const shares = new Map(claims.map(({ instanceId }, index) => [instanceId, all[index]!]));
    this.#known = { rung, shares };
    return shares;
  }

  isScarce(statements: LedgerStatements): boolean {
    const totals = statements.totals.get();
    const capacity = this.#node.capacity;
    if (totals && exceeds(amountOf(totals, 'wanted'), capacity)) return true;
    if (Object.keys(this.#node.tenants).length === 0) return false;
    return statements.tenants.all().some((row) => {
      const quota = quotaOf(this.#node.tenants, String(row['tenant']));
      return quota !== undefined && exceeds(amountOf(row, 'wanted'), quota);
    });
  }

  /** True when something was taken back. */
  reclaimNowAndThen(statements: LedgerStatements): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#lastReclaimMs < RECLAIM_EVERY_MS) return false;
    this.#lastReclaimMs = nowMs;
    return reclaimDead(statements);
  }

  /** Of the node, and of the tenant's quota. */
  freeFor(statements: LedgerStatements, tenant: string): Allocation {
    const { capacity, tenants } = this.#node;
    const held = amountOf(statements.totals.get() ?? {}, 'held');
    const quota = quotaOf(tenants, tenant);
    const heldByTenant = quota ? amountOf(statements.tenant.get(tenant) ?? {}, 'held') : NOTHING;
    return roundDown(
      mapAllocation((key) => {
        const ofQuota = (quota?.[key] ?? Number.POSITIVE_INFINITY) - heldByTenant[key];
        return Math.min(capacity[key] - held[key], ofQuota);
      }),
    );
  }
}
