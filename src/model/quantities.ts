import type { AllocationKey } from './allocation.ts';
import { LimberError } from './errors.ts';

const BINARY = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 } as const;
const DECIMAL = { m: 1e-3, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 } as const;
const MULTIPLIERS: Readonly<Record<string, number>> = { '': 1, ...DECIMAL, ...BINARY };

const QUANTITY = /^(\d+(?:\.\d+)?|\.\d+)([a-zA-Z]*)$/;
const DURATION_PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const DURATION_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1e3,
  m: 6e4,
  h: 3.6e6,
  d: 8.64e7,
};

/** `500m` → 0.5, `2` → 2. Cores, in the notation of Kubernetes. */
export function parseCpuCores(text: string, name = 'CPU'): number {
  return parseQuantity(text, name, 'cores such as 500m, 2 or 1.5');
}

/** `512Mi` → 536870912, `1G` → 1e9. Bytes, in the notation of Kubernetes. */
export function parseBytes(text: string, name = 'memory'): number {
  return Math.floor(parseQuantity(text, name, 'bytes such as 512Mi, 4Gi or 500M'));
}

/** `10M` → 1e7: bits per second with decimal multiples. */
export function parseBitsPerSecond(text: string, name = 'network rate'): number {
  return Math.floor(parseQuantity(text, name, 'bits per second such as 10M or 1G'));
}

/** `90` → 90: core-seconds. */
export function parseCoreSeconds(text: string, name = 'CPU budget'): number {
  return parseQuantity(text, name, 'core-seconds such as 90 or 1k');
}

/** `2.5` → 2684354560: GiB-seconds, in byte-seconds. */
export function parseByteSeconds(text: string, name = 'memory budget'): number {
  return parseQuantity(text, name, 'GiB-seconds such as 60 or 2.5') * BINARY.Gi;
}

/** `1h30m` → 5400000, `250ms` → 250, `10` → 10000 (bare numbers are seconds). */
export function parseDurationMs(text: string, name = 'duration'): number {
  const bare = Number(text);
  if (text.trim() !== '' && Number.isFinite(bare) && bare > 0) return bare * 1e3;
  if (!DURATION.test(text)) throw badQuantity(text, name, 'a duration such as 30s, 10m or 1h30m');
  let totalMs = 0;
  for (const [, value, unit] of text.matchAll(DURATION_PART))
    totalMs += Number(value) * (DURATION_MS[unit!] ?? 0);
  if (totalMs <= 0) throw badQuantity(text, name, 'a duration above zero');
  return totalMs;
}

function parseQuantity(text: string, name: string, expected: string): number {
  const [, digits, suffix] = QUANTITY.exec(text.trim()) ?? [];
  const multiplier = suffix === undefined ? undefined : MULTIPLIERS[suffix];
  if (digits === undefined || multiplier === undefined) throw badQuantity(text, name, expected);
  const value = Number(digits) * multiplier;
  if (!Number.isFinite(value) || value <= 0)
    throw badQuantity(text, name, `${expected}, above zero`);
  return value;
}

function badQuantity(got: string, name: string, expected: string): LimberError {
  return new LimberError('quantity-invalid', { name, expected, got });
}

/** 0.5 → `500m`, 2 → `2`, 1.25 → `1.25`. */
export function formatCpuCores(cores: number): string {
  if (!Number.isFinite(cores)) return 'unlimited';
  if (cores < 1) return `${Math.round(cores * 1000)}m`;
  return String(Math.round(cores * 100) / 100);
}

/** 536870912 → `512Mi`. */
export function formatBytes(bytes: number): string {
  return formatScaled(bytes, [
    ['Ti', BINARY.Ti],
    ['Gi', BINARY.Gi],
    ['Mi', BINARY.Mi],
    ['Ki', BINARY.Ki],
  ]);
}

/** The same for a text, where a number alone would leave open of what: `312 B`. */
export function describeBytes(bytes: number): string {
  const text = formatBytes(bytes);
  return bytes > 0 && /^[\d.]+$/.test(text) ? `${text} B` : text;
}

/** 10000000 → `10M`. */
export function formatBitsPerSecond(bits: number): string {
  return formatScaled(bits, [
    ['G', DECIMAL.G],
    ['M', DECIMAL.M],
    ['k', DECIMAL.k],
  ]);
}

const ALLOCATION_FORMATS: Readonly<Record<AllocationKey, (value: number) => string>> = {
  cpuCores: formatCpuCores,
  memoryBytes: formatBytes,
  ingressBitsPerSecond: formatBitsPerSecond,
  egressBitsPerSecond: formatBitsPerSecond,
};

/** One value of an allocation in the notation that the options take; infinity is `unlimited`. */
export function formatAllocated(key: AllocationKey, value: number): string {
  return ALLOCATION_FORMATS[key](value);
}

function formatScaled(value: number, units: readonly (readonly [string, number])[]): string {
  if (!Number.isFinite(value)) return 'unlimited';
  for (const [unit, size] of units) {
    if (value >= size) return `${trimmed(value / size)}${unit}`;
  }
  return String(Math.round(value));
}

function trimmed(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
