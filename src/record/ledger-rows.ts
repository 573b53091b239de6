import {
  ALLOCATION_KEYS,
  mapAllocation,
  type Allocation,
  type AllocationKey,
} from '#model/allocation.ts';
import type { SQLOutputValue } from 'node:sqlite';

/** The amounts of every resource that the ledger keeps of an instance. */
export const AMOUNTS = ['held', 'floor', 'guaranteed', 'need', 'demand'] as const;
export type Amount = (typeof AMOUNTS)[number];
export type Row = Readonly<Record<string, SQLOutputValue>>;

const COLUMNS = {
  cpuCores: 'cpu_micros',
  memoryBytes: 'memory_bytes',
  ingressBitsPerSecond: 'ingress_bits_per_second',
  egressBitsPerSecond: 'egress_bits_per_second',
} as const satisfies Record<AllocationKey, string>;

/** Integers in the file, so that sums are exact: CPU in millionths of a core. */
const CPU_MICROS_PER_CORE = 1e6;
/** SQLite's integers and JavaScript's agree up to here. */
const MOST = Number.MAX_SAFE_INTEGER / 1024;

export function amountColumns(amount: Amount): readonly string[] {
  return ALLOCATION_KEYS.map((key) => `${amount}_${COLUMNS[key]}`);
}

export function amountValues(allocation: Allocation): readonly number[] {
  return ALLOCATION_KEYS.map((key) => {
    const value = key === 'cpuCores' ? allocation[key] * CPU_MICROS_PER_CORE : allocation[key];
    return Math.round(Math.min(MOST, Math.max(0, value)));
  });
}

export function amountOf(row: Row, amount: string): Allocation {
  return mapAllocation((key) => {
    const value = Number(row[`${amount}_${COLUMNS[key]}`] ?? 0);
    return key === 'cpuCores' ? value / CPU_MICROS_PER_CORE : value;
  });
}

/** `sum(held_cpu_micros) AS held_cpu_micros, …`, 0 where there is no row. */
export function sums(amount: string, of: (column: string) => string): string {
  return ALLOCATION_KEYS.map(
    (key) => `coalesce(sum(${of(COLUMNS[key])}), 0) AS ${amount}_${COLUMNS[key]}`,
  ).join(', ');
}
