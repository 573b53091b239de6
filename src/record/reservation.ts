import type { SQLOutputValue } from 'node:sqlite';
import type { Allocation } from '#model/allocation.ts';
import type { ControllerProcess } from './controller-process.ts';
import type { LedgerStatements } from './ledger-file.ts';

/** What one instance holds of the node, and who answers for it. */
export type Reservation = ControllerProcess & {
  readonly instanceId: string;
  readonly allocation: Allocation;
};

type Row = Readonly<Record<string, SQLOutputValue>>;

/** Integers in the file, so that sums are exact: CPU in millionths of a core. */
const CPU_MICROS_PER_CORE = 1e6;

export function putReservation(statements: LedgerStatements, reservation: Reservation): void {
  const { instanceId, allocation, controllerPid, controllerStartTicks } = reservation;
  statements.put.run(
    instanceId,
    Math.round(allocation.cpuCores * CPU_MICROS_PER_CORE),
    allocation.memoryBytes,
    allocation.ingressBitsPerSecond,
    allocation.egressBitsPerSecond,
    controllerPid,
    controllerStartTicks,
  );
}

export function toReservation(row: Row): Reservation {
  return {
    instanceId: String(row['instance']),
    allocation: toAllocation(row),
    controllerPid: Number(row['controller_pid']),
    controllerStartTicks: Number(row['controller_start_ticks']),
  };
}

export function allocationOf(row: Row | undefined): Allocation | undefined {
  return row && toAllocation(row);
}

function toAllocation(row: Row): Allocation {
  return {
    cpuCores: Number(row['cpu_micros']) / CPU_MICROS_PER_CORE,
    memoryBytes: Number(row['memory_bytes']),
    ingressBitsPerSecond: Number(row['ingress_bits_per_second']),
    egressBitsPerSecond: Number(row['egress_bits_per_second']),
  };
}
