import {
  ALLOCATION_KEYS,
  mapAllocation,
  type Allocation,
  type AllocationKey,
} from '#model/allocation.ts';
import { LimberError } from '#model/errors.ts';
import { capacityExhausted } from './capacity-exhausted.ts';
import type { ControllerProcess } from './controller-process.ts';
import { grant, roundDown, roundUp } from './grant.ts';
import { LedgerFile, type LedgerStatements } from './ledger-file.ts';
import { reclaimDead } from './reclaim-dead.ts';
import { allocationOf, putReservation, toReservation, type Reservation } from './reservation.ts';
import { isBusy, ledgerUnavailable } from './sqlite-errors.ts';

/** Looking for dead controllers reads /proc: not at every refused growth. */
const RECLAIM_EVERY_MS = 100;
const NOTHING = mapAllocation(() => 0);

export type Grant = {
  readonly granted: Allocation;
  /** What nobody holds after this grant. */
  readonly free: Allocation;
};

export type LedgerSnapshot = {
  readonly capacity: Allocation;
  readonly free: Allocation;
  readonly reservations: readonly Reservation[];
};

/**
 * What the instances of one node hold, shared by all controllers of a user through a small SQLite
 * file; the sum of what is held never exceeds `capacity`. `path` names a folder of its own.
 * Lifecycle of an instance: admit → reserve, shrink … → release.
 */
export function openLedger(options: {
  readonly path: string;
  readonly capacity: Allocation;
}): Ledger {
  return translating(options.path, () => new Ledger(options));
}

export class Ledger {
  readonly #path: string;
  readonly #capacity: Allocation;
  readonly #file: LedgerFile;
  /** What this process's instances hold: rebuilds a lost file. */
  readonly #own = new Map<string, Reservation>();
  /** Instances whose row is out of date because the lock could not be had. */
  readonly #unwritten = new Set<string>();
  #lastFree: Allocation = NOTHING;
  #lastReclaimMs = Number.NEGATIVE_INFINITY;

  constructor({ path, capacity }: { readonly path: string; readonly capacity: Allocation }) {
    this.#path = path;
    this.#capacity = roundDown(capacity);
    this.#file = new LedgerFile(path, (statements) => {
      for (const reservation of this.#own.values()) putReservation(statements, reservation);
    });
  }

  /** Throws `capacity-exhausted` when `min` does not fit; grants up to `wanted`. */
  admit(
    instanceId: string,
    request: ControllerProcess & { readonly min: Allocation; readonly wanted: Allocation },
  ): Grant {
    const { controllerPid, controllerStartTicks } = request;
    const min = roundUp(request.min);
    return this.#translatedWrite((statements) => {
      const held = allocationOf(statements.one.get(instanceId)) ?? NOTHING;
      const needed = mapAllocation((key) => Math.max(min[key], request.wanted[key]));
      const free = this.#freeFor(statements, needed, held);
      const tight = ALLOCATION_KEYS.find((key) => min[key] > held[key] + free[key]);
      if (tight !== undefined)
        throw capacityExhausted(tight, { min, free, capacity: this.#capacity });
      const reservation = { instanceId, allocation: held, controllerPid, controllerStartTicks };
      return this.#hold(statements, { reservation, wanted: request.wanted, free });
    });
  }

  /**
   * Asks for `wanted` before growing to it. A resource that would get less than `atLeast` keeps
   * what it holds. What is granted for a shrink stays held until `shrink` confirms it. When the
   * lock cannot be had, nothing grows: the next tick asks again.
   */
  reserve(instanceId: string, wanted: Allocation, atLeast?: Allocation): Grant {
    const known = this.#reservationOf(instanceId);
    try {
      return this.#write((statements) => {
        const reservation = this.#current(statements, known);
        const needed = roundUp(wanted);
        const free = this.#freeFor(statements, needed, reservation.allocation, RECLAIM_EVERY_MS);
        return this.#hold(statements, { reservation, wanted, free, ...(atLeast && { atLeast }) });
      });
    } catch (error) {
      if (!isBusy(error)) throw ledgerUnavailable(this.#path, error);
      const held = known.allocation;
      return {
        granted: mapAllocation((key) => Math.min(wanted[key], held[key])),
        free: this.#lastFree,
      };
    }
  }

  /** Gives back what lies above `to`, once the smaller limits are in force. */
  shrink(instanceId: string, to: Allocation): void {
    const known = this.#reservationOf(instanceId);
    const smaller = roundUp(to);
    const allocation = mapAllocation((key) => Math.min(known.allocation[key], smaller[key]));
    this.#own.set(instanceId, { ...known, allocation });
    this.#writeLater(instanceId);
  }

  /** Gives back everything; an instance that is not in the ledger is fine. */
  release(instanceId: string): void {
    this.#own.delete(instanceId);
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
        .filter((row) => row['reclaimed'] === 1)
        .map((row) => String(row['instance']));
    });
  }

  snapshot(): LedgerSnapshot {
    const rows = translating(this.#path, () => this.#file.read(({ all }) => all.all()));
    const reservations = rows.filter((row) => row['reclaimed'] === 0).map(toReservation);
    const held = (key: AllocationKey) =>
      reservations.reduce((sum, { allocation }) => sum + allocation[key], 0);
    const free = roundDown(mapAllocation((key) => this.#capacity[key] - held(key)));
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

  /** One transaction, which first writes what an earlier one could not. */
  #write<Result>(work: (statements: LedgerStatements) => Result): Result {
    const result = this.#file.transaction((statements) => {
      for (const instanceId of this.#unwritten) this.#writeOwn(statements, instanceId);
      return work(statements);
    });
    this.#unwritten.clear();
    return result;
  }

  #translatedWrite<Result>(work: (statements: LedgerStatements) => Result): Result {
    return translating(this.#path, () => this.#write(work));
  }

  #writeLater(instanceId: string): void {
    this.#unwritten.add(instanceId);
    try {
      this.#write(() => undefined);
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
    if (row !== undefined && row['reclaimed'] === 0) return toReservation(row);
    putReservation(statements, known);
    return known;
  }

  #hold(
    statements: LedgerStatements,
    request: {
      readonly reservation: Reservation;
      readonly wanted: Allocation;
      readonly atLeast?: Allocation;
      readonly free: Allocation;
    },
  ): Grant {
    const { reservation, wanted, atLeast, free } = request;
    const held = reservation.allocation;
    const whole = grant({ held, wanted: roundUp(wanted), free, ...(atLeast && { atLeast }) });
    const allocation = mapAllocation((key) => Math.max(held[key], whole[key]));
    const next = { ...reservation, allocation };
    putReservation(statements, next);
    this.#own.set(reservation.instanceId, next);
    this.#lastFree = roundDown(mapAllocation((key) => free[key] - (allocation[key] - held[key])));
    return {
      granted: mapAllocation((key) => Math.min(wanted[key], whole[key])),
      free: this.#lastFree,
    };
  }

  /** What is free, after taking back from dead controllers if `needed` does not fit. */
  #freeFor(
    statements: LedgerStatements,
    needed: Allocation,
    held: Allocation,
    reclaimEveryMs = 0,
  ): Allocation {
    const free = this.#free(statements);
    const fits = ALLOCATION_KEYS.every((key) => needed[key] <= held[key] + free[key]);
    const nowMs = performance.now();
    if (fits || nowMs - this.#lastReclaimMs < reclaimEveryMs) return free;
    this.#lastReclaimMs = nowMs;
    return reclaimDead(statements) ? this.#free(statements) : free;
  }

  #free(statements: LedgerStatements): Allocation {
    const total = allocationOf(statements.totals.get()) ?? NOTHING;
    return roundDown(mapAllocation((key) => this.#capacity[key] - total[key]));
  }
}

function translating<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw ledgerUnavailable(path, error);
  }
}
