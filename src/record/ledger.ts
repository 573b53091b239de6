import {
  exceeds,
  ALLOCATION_KEYS,
  lowerOf,
  mapAllocation,
  type Allocation,
} from '#model/allocation.ts';
import type { Claim, Share, ShareOut, TenantQuotas } from '#model/claim.ts';
import { LimberError } from '#model/errors.ts';
import { checkAdmission, newReservation, type AdmissionRequest } from './admission.ts';
import { Books, NOTHING } from './books.ts';
import { capacityExhausted } from './capacity-exhausted.ts';
import { changedBy, FULL_SHARE, wanting, withClaim } from './claims.ts';
import { roundDown, roundUp } from './grant.ts';
import { LedgerFile, type LedgerStatements } from './ledger-file.ts';
import { reclaimDead } from './reclaim-dead.ts';
import { isReclaimed, putReservation, toReservation, type Reservation } from './reservation.ts';
import { isBusy, ledgerUnavailable } from './sqlite-errors.ts';

/** Nothing runs yet that would be held up. */
const PATIENT_MS = 5_000;
/** Who has nothing new to say looks for the dead this often. */
const LOCKED_EVERY_MS = 500;

export type Grant = {
  readonly granted: Allocation;
  /** What nobody holds after this grant. */
  readonly free: Allocation;
  readonly share: Share;
};

export type LedgerSnapshot = {
  readonly capacity: Allocation;
  readonly free: Allocation;
  readonly reservations: readonly Reservation[];
};

export type LedgerOptions = {
  readonly path: string;
  readonly capacity: Allocation;
  readonly tenants?: TenantQuotas;
  /** Who is entitled to what where there is not enough for all. */
  readonly shareOut: ShareOut;
};

/**
 * What the instances of one node hold and claim, shared by all controllers of a user through a small
 * SQLite file; the sum of what is held never exceeds `capacity`. `path` names a folder of its own.
 * Lifecycle of an instance: admit → reserve, shrink, negotiate … → release.
 */
export function openLedger(options: LedgerOptions): Ledger {
  return translating(options.path, () => new Ledger(options));
}

export class Ledger {
  readonly #path: string;
  readonly #capacity: Allocation;
  readonly #tenants: TenantQuotas;
  readonly #books: Books;
  readonly #file: LedgerFile;
  /** What this process's instances hold: rebuilds a lost file. */
  readonly #own = new Map<string, Reservation>();
  /** Instances whose row is out of date because the lock could not be had. */
  readonly #unwritten = new Set<string>();
  #lastFree: Allocation = NOTHING;
  #negotiatedMs = Number.NEGATIVE_INFINITY;

  constructor({ path, capacity, tenants = {}, shareOut }: LedgerOptions) {
    this.#path = path;
    this.#capacity = roundDown(capacity);
    this.#tenants = tenants;
    const node = { capacity: this.#capacity, tenants };
    this.#books = new Books(node, shareOut, () => this.#file.bell);
    this.#file = new LedgerFile(path, (statements) => {
      for (const reservation of this.#own.values()) putReservation(statements, reservation);
    });
  }

  /**
   * Grants up to `wanted`. Throws `capacity-exhausted` or `tenant-quota-exceeded` when `min` does not
   * fit. Where it would fit if others gave back what lies above their floors, the claim stays in the
   * books and they do: ask again, or release it.
   */
  admit(instanceId: string, request: AdmissionRequest): Grant {
    const min = roundUp(request.min);
    const admitted = this.#translatedWrite((statements) => {
      const row = statements.one.get(instanceId);
      const stored = row && !isReclaimed(row) ? toReservation(row) : undefined;
      const claimed = newReservation(instanceId, request, stored);
      this.#check(statements, claimed);
      const { wanted } = request;
      return this.#hold(statements, claimed, { stored, wanted, atLeast: min });
    });
    const held = this.#reservationOf(instanceId).held;
    const tight = ALLOCATION_KEYS.find((key) => min[key] > held[key] + admitted.free[key]);
    if (!exceeds(min, held)) return admitted;
    throw capacityExhausted(tight ?? 'cpuCores', {
      min,
      free: admitted.free,
      capacity: this.#capacity,
    });
  }

  /**
   * What `admit` would grant a new instance now, if `spare` was given back before. Throws as `admit`
   * does; changes nothing, and asks nobody to give way.
   */
  foresee(request: AdmissionRequest, spare: Allocation = NOTHING): Allocation {
    const claimed = newReservation('', request, undefined);
    const { floor } = claimed;
    const limits = { capacity: this.#capacity, tenants: this.#tenants };
    return translating(this.#path, () =>
      this.#file.read((statements) => {
        checkAdmission(statements, claimed, limits);
        const left = this.#books.freeFor(statements, claimed.tenant);
        const free = mapAllocation((key) => left[key] + spare[key]);
        const tight = ALLOCATION_KEYS.find((key) => floor[key] > free[key]);
        if (tight) throw capacityExhausted(tight, { min: floor, free, capacity: this.#capacity });
        return lowerOf(request.wanted, free);
      }),
    );
  }

  /**
   * Asks for `wanted` before growing to it. What is granted for a shrink stays held until `shrink`
   * confirms it. When the lock cannot be had, nothing grows: the next tick asks again.
   */
  reserve(instanceId: string, wanted: Allocation, claim?: Claim): Grant {
    const known = this.#reservationOf(instanceId);
    try {
      return this.#write((statements) => {
        const current = this.#current(statements, known);
        const claimed = claim ? withClaim(current, claim) : wanting(current, wanted);
        return this.#hold(statements, claimed, {
          stored: current,
          wanted,
        });
      });
    } catch (error) {
      if (!isBusy(error)) throw ledgerUnavailable(this.#path, error);
      const granted = lowerOf(wanted, known.held);
      return { granted, free: this.#lastFree, share: FULL_SHARE };
    }
  }

  /** Gives back what lies above `to`, once the smaller limits are in force. */
  shrink(instanceId: string, to: Allocation, claim?: Claim): void {
    const known = this.#reservationOf(instanceId);
    const smaller = roundUp(to);
    const held = lowerOf(known.held, smaller);
    const next = claim ? withClaim(known, claim) : wanting(known, held);
    this.#own.set(instanceId, { ...next, held });
    this.#writeLater(instanceId);
  }

  /** Gives back everything; an instance that is not in the ledger is fine. */
  release(instanceId: string): void {
    this.#own.delete(instanceId);
    this.#writeLater(instanceId);
  }

  /** Differs from its former value when claims changed in between. Costs two microseconds. */
  rung(): number {
    return this.#file.bell.rung();
  }

  /** True while there is not enough for all. */
  isScarce(): boolean {
    return this.#file.bell.isScarce();
  }

  /** Calls back when claims change, where the kernel can tell. */
  onRing(callback: () => void): () => void {
    return this.#file.bell.onRing(callback);
  }

  /**
   * Says what this process's instances claim now, and hears what they are entitled to; those that the
   * ledger does not know are left out. Undefined when the lock cannot be had, which is not needed while
   * nothing is new.
   */
  negotiate(claims: ReadonlyMap<string, Claim>): ReadonlyMap<string, Share> | undefined {
    const nowMs = performance.now();
    const news = changedBy(claims, this.#own, this.#capacity);
    const isNew = news.length > 0;
    const isWritten = !isNew && this.#unwritten.size === 0;
    if (isWritten && nowMs - this.#negotiatedMs < LOCKED_EVERY_MS) return this.hear();
    try {
      const shares = this.#write((statements) => {
        for (const next of news) {
          putReservation(statements, next);
          this.#own.set(next.instanceId, next);
        }
        this.#books.reclaimNowAndThen(statements);
        const all = this.#books.shares(statements, isNew);
        this.#books.ringIf(isNew, this.#books.isScarce(statements));
        return new Map([...all].filter(([instanceId]) => claims.has(instanceId)));
      });
      this.#negotiatedMs = nowMs;
      return shares;
    } catch (error) {
      if (!isBusy(error)) throw ledgerUnavailable(this.#path, error);
      return undefined;
    }
  }

  /** What this process's instances are entitled to as claims stand; undefined where that cannot be read. */
  hear(): ReadonlyMap<string, Share> | undefined {
    try {
      return this.#file.read((statements) => {
        const shares = this.#books.shares(statements, false);
        return new Map([...shares].filter(([instanceId]) => this.#own.has(instanceId)));
      });
    } catch (error) {
      if (!isBusy(error)) throw ledgerUnavailable(this.#path, error);
      return undefined;
    }
  }

  /** Notes that an instance stands still, or goes on, for want of the node's memory. */
  markFrozen(instanceId: string, frozen: boolean): void {
    const known = this.#own.get(instanceId);
    if (known === undefined || known.frozen === frozen) return;
    this.#own.set(instanceId, { ...known, frozen });
    this.#writeLater(instanceId);
  }

  /**
   * Takes back what dead controllers held, and names their instances until each is released:
   * whoever cleans them up calls `release`, so that a crash in between forgets none.
   */
  reap(): readonly string[] {
    return this.#translatedWrite((statements) => {
      reclaimDead(statements);
      return statements.all
        .all()
        .filter(isReclaimed)
        .map((row) => String(row['instance']));
    });
  }

  snapshot(): LedgerSnapshot {
    const rows = translating(this.#path, () => this.#file.read(({ all }) => all.all()));
    const reservations = rows.filter((row) => !isReclaimed(row)).map(toReservation);
    const held = mapAllocation((key) =>
      reservations.reduce((sum, reservation) => sum + reservation.held[key], 0),
    );
    const free = roundDown(mapAllocation((key) => this.#capacity[key] - held[key]));
    return { capacity: this.#capacity, free, reservations };
  }

  close(): void {
    this.#file.close();
  }

  #reservationOf(instanceId: string): Reservation {
    const reservation = this.#own.get(instanceId);
    if (reservation !== undefined) return reservation;
    throw new LimberError('internal', { problem: `instance ${instanceId} was never admitted` });
  }

  /** What the dead were guaranteed is no reason to refuse the living. */
  #check(statements: LedgerStatements, claimed: Reservation): void {
    const limits = { capacity: this.#capacity, tenants: this.#tenants };
    try {
      checkAdmission(statements, claimed, limits);
    } catch (error) {
      if (!reclaimDead(statements)) throw error;
      checkAdmission(statements, claimed, limits);
    }
  }

  /** One transaction, which first writes what an earlier one could not. */
  #write<Result>(work: (statements: LedgerStatements) => Result, patienceMs?: number): Result {
    const result = this.#file.transaction((statements) => {
      for (const instanceId of this.#unwritten) this.#writeOwn(statements, instanceId);
      return work(statements);
    }, patienceMs);
    this.#unwritten.clear();
    return result;
  }

  #translatedWrite<Result>(work: (statements: LedgerStatements) => Result): Result {
    return translating(this.#path, () => this.#write(work, PATIENT_MS));
  }

  #writeLater(instanceId: string): void {
    this.#unwritten.add(instanceId);
    try {
      // Where there is not enough for all, somebody waits for what was given back.
      this.#write((statements) => {
        const { bell } = this.#file;
        if (bell.isScarce()) bell.ring(this.#books.isScarce(statements));
      });
    } catch (error) {
      if (!isBusy(error)) throw ledgerUnavailable(this.#path, error);
    }
  }

  #writeOwn(statements: LedgerStatements, instanceId: string): void {
    const reservation = this.#own.get(instanceId);
    if (reservation === undefined) statements.delete.run(instanceId);
    else putReservation(statements, reservation);
  }

  /** The row may be gone with a lost file: what this process holds is the truth. */
  #current(statements: LedgerStatements, known: Reservation): Reservation {
    const row = statements.one.get(known.instanceId);
    if (row !== undefined && !isReclaimed(row)) return toReservation(row);
    putReservation(statements, known);
    return known;
  }

  #hold(
    statements: LedgerStatements,
    claimed: Reservation,
    request: Parameters<Books['hold']>[2],
  ): Grant {
    const { reservation, ...grant } = this.#books.hold(statements, claimed, request);
    this.#own.set(reservation.instanceId, reservation);
    this.#lastFree = grant.free;
    return grant;
  }
}

function translating<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw ledgerUnavailable(path, error);
  }
}
