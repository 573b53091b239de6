import type { Allocation } from '#model/allocation.ts';
import type { NamedClaim } from '#model/claim.ts';
import type { ControllerProcess } from './controller-process.ts';
import type { LedgerStatements } from './ledger-file.ts';
import { AMOUNTS, amountOf, amountValues, type Row } from './ledger-rows.ts';

/** What one instance holds of the node and claims of it, and who answers for it. */
export type Reservation = ControllerProcess &
  NamedClaim & {
    readonly guaranteed: Allocation;
    /** It stands still so that the node does not run out of memory. */
    readonly frozen: boolean;
  };

export function putReservation(statements: LedgerStatements, reservation: Reservation): void {
  const { instanceId, tenant, priority, weight, frozen } = reservation;
  const { controllerPid, controllerStartTicks } = reservation;
  statements.put.run(
    instanceId,
    tenant,
    priority,
    weight,
    frozen ? 1 : 0,
    controllerPid,
    controllerStartTicks,
    ...AMOUNTS.flatMap((amount) => amountValues(reservation[amount])),
  );
}

export function toReservation(row: Row): Reservation {
  return {
    instanceId: String(row['instance']),
    tenant: String(row['tenant']),
    priority: Number(row['priority']),
    weight: Number(row['weight']),
    frozen: row['frozen'] === 1,
    held: amountOf(row, 'held'),
    floor: amountOf(row, 'floor'),
    guaranteed: amountOf(row, 'guaranteed'),
    need: amountOf(row, 'need'),
    demand: amountOf(row, 'demand'),
    controllerPid: Number(row['controller_pid']),
    controllerStartTicks: Number(row['controller_start_ticks']),
  };
}

export function isReclaimed(row: Row): boolean {
  return row['reclaimed'] === 1;
}
