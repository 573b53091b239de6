import type {
  ComplexityClass,
  ComplexityProfile,
  DemandEstimate,
  FunctionProfile,
} from '#model/complexity.ts';
import { formatBytes } from '#model/quantities.ts';

const BIG_O: Readonly<Record<ComplexityClass | 'unknown', string>> = {
  constant: 'O(1)',
  logn: 'O(log n)',
  linear: 'O(n)',
  nlogn: 'O(n log n)',
  quadratic: 'O(n²)',
  cubic: 'O(n³)',
  exponential: 'O(2ⁿ)',
  unknown: 'unknown',
};

export function bigO(name: ComplexityClass | 'unknown'): string {
  return BIG_O[name];
}

export type DemandLine = { readonly name: string; readonly value: string; readonly reason: string };

/** `peak memory  800Mi (600Mi – 1.2Gi)  structures of known size …`. */
export function demandLines({ demand }: ComplexityProfile): DemandLine[] {
  return [
    line('peak memory', demand.peakMemoryBytes, formatBytes),
    line('CPU cores', demand.cpuCores, String),
    line('network', demand.networkIntensity, percent),
    line('idle', demand.idleShare, percent),
  ];
}

function line(
  name: string,
  estimate: DemandEstimate,
  format: (value: number) => string,
): DemandLine {
  const { low, likely, high, reason } = estimate;
  return { name, value: `${format(likely)} (${format(low)} – ${format(high)})`, reason };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Dearest first: by score, then by where they stand. */
export function byCost(functions: readonly FunctionProfile[]): FunctionProfile[] {
  return functions.toSorted((a, b) => b.score - a.score || a.startLine - b.startLine);
}
