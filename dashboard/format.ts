import type { AllocationKey } from '#model/allocation.ts';

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const BIT_UNITS = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'];

/** 536870912 → `512 MiB`. */
export function bytesText(bytes: number): string {
  return scaled(bytes, 1024, BYTE_UNITS);
}

/** 1.25e7 → `12.5 Mbit/s`. */
export function rateText(bits: number): string {
  return scaled(bits, 1000, BIT_UNITS);
}

/** 0.5 → `0.50`, 12.34 → `12.3`. */
export function coresText(cores: number): string {
  if (!Number.isFinite(cores)) return 'unlimited';
  return cores >= 10 ? String(Number(cores.toFixed(1))) : cores.toFixed(2);
}

export const AMOUNT_TEXT: Readonly<Record<AllocationKey, (value: number) => string>> = {
  cpuCores: coresText,
  memoryBytes: bytesText,
  ingressBitsPerSecond: rateText,
  egressBitsPerSecond: rateText,
};

/** 0.123 → `123 ms`, 3.21 → `3.2 s`, 83 → `1 min 23 s`, 7260 → `2 h 1 min`. */
export function secondsText(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** 0.256 → `26 %`. */
export function percentText(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function timeText(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

function scaled(value: number, base: number, units: readonly string[]): string {
  if (!Number.isFinite(value)) return 'unlimited';
  let index = 0;
  let rest = value;
  while (rest >= base && index < units.length - 1) {
    rest /= base;
    index++;
  }
  return `${rest >= 100 ? Math.round(rest) : Number(rest.toPrecision(3))} ${units[index]}`;
}
