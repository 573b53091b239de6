import { parseBytes, parseCpuCores } from '#model/quantities.ts';

/** The finest that a cgroup's quota of 100 ms tells apart; the kubelet rounds up to it. */
const LEAST_MILLICORES = 10;

/** 0.29 · 1000 is 290.00000000000006. */
const ROUNDING = 1e-6;

/** `0.5` → `500m`. Rounded down: the sum of many must not be more than there is. */
export function cpuQuantity(cpuCores: number): string {
  return `${Math.max(LEAST_MILLICORES, Math.floor(cpuCores * 1000 + ROUNDING))}m`;
}

/** Whole bytes, without a suffix: what is read back is what was written. */
export function memoryQuantity(bytes: number): string {
  return String(Math.floor(bytes));
}

export function cpuCoresOf(text: string | undefined): number {
  return text === undefined ? Number.POSITIVE_INFINITY : parseCpuCores(text);
}

export function memoryBytesOf(text: string | undefined): number {
  return text === undefined ? Number.POSITIVE_INFINITY : parseBytes(text);
}
