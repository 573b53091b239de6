import type { TraceReading } from './trace.ts';

/** The names that a column may have, each with what turns its values into Limber's units. */
export const COLUMNS = {
  atSeconds: { atSeconds: 1, t: 1, seconds: 1, atMs: 1e-3 },
  memoryBytes: { memoryBytes: 1, memoryWorkingSetBytes: 1, memoryMB: 1e6, memoryMiB: 2 ** 20 },
  cpuCores: { cpuCores: 1, cpuCoresUsed: 1, cpuPercent: 0.01 },
  ingressBitsPerSecond: { ingressBitsPerSecond: 1 },
  egressBitsPerSecond: { egressBitsPerSecond: 1 },
} as const satisfies Record<keyof TraceReading, Readonly<Record<string, number>>>;

export type Quantity = keyof typeof COLUMNS;
export type Picked = { readonly name: string; readonly scale: number };

const NEEDED = ['atSeconds', 'memoryBytes', 'cpuCores'] as const satisfies readonly Quantity[];

/** Which of these names means what; the first quantity that is missing where one is. */
export function pickColumns(
  names: readonly string[],
): { readonly columns: ReadonlyMap<Quantity, Picked> } | { readonly missing: Quantity } {
  const columns = new Map<Quantity, Picked>();
  for (const [quantity, known] of Object.entries(COLUMNS)) {
    const found = Object.entries(known).find(([name]) => names.includes(name));
    if (found) columns.set(quantity as Quantity, { name: found[0], scale: found[1] });
  }
  const missing = NEEDED.find((quantity) => !columns.has(quantity));
  return missing === undefined ? { columns } : { missing };
}

/** "a column t, seconds, atSeconds or atMs" */
export function namesOf(quantity: Quantity): string {
  return `a column ${Object.keys(COLUMNS[quantity]).join(' or ')}`;
}
