import type { POLICY_NAMES } from '#model/constraints.ts';

export type BasePolicy = (typeof POLICY_NAMES)[number];
export type Field = {
  /** As `limber set` has it. */
  readonly key: string;
  readonly text: string;
  /** What it is where nobody configured anything else. */
  readonly usual: string;
};

const THRESHOLDS: readonly Field[] = [
  { key: 'thresholds.highComplexity', text: 'High complexity, score', usual: '60' },
  { key: 'thresholds.lowComplexity', text: 'Low complexity, score', usual: '30' },
  { key: 'thresholds.highCpu', text: 'High CPU, share', usual: '0.8' },
  { key: 'thresholds.lowCpu', text: 'Low CPU, share', usual: '0.3' },
  { key: 'thresholds.highMemory', text: 'High memory, share', usual: '0.8' },
  { key: 'thresholds.lowMemory', text: 'Low memory, share', usual: '0.3' },
  { key: 'thresholds.highNetwork', text: 'High network, share', usual: '0.8' },
  { key: 'factors.cpuCores', text: 'CPU per step, cores', usual: '500m' },
  { key: 'factors.memoryBytes', text: 'Memory per step', usual: '128Mi' },
  { key: 'factors.networkBitsPerSecond', text: 'Network per step', usual: '50M' },
];

const PREDICTIVE: readonly Field[] = [
  { key: 'optimize', text: 'Aim: cost, balanced, speed', usual: 'balanced' },
  { key: 'predictive.cpuMargin', text: 'CPU margin, factor', usual: '1.1' },
  { key: 'predictive.cpuWindowMs', text: 'CPU window', usual: '300ms' },
  { key: 'predictive.rollbackWindowMs', text: 'Rollback within', usual: '1s' },
  { key: 'predictive.minimumChange', text: 'Least change, share', usual: '0.1' },
  { key: 'predictive.memoryMargin', text: 'Memory margin, factor', usual: '1.03' },
  { key: 'predictive.memoryHeadroomBytes', text: 'Memory headroom', usual: '512Ki' },
  { key: 'predictive.memorySafety', text: 'Memory growth, factor', usual: '1' },
  { key: 'predictive.memoryWindowMs', text: 'Memory window', usual: '1s' },
  { key: 'predictive.memorySettleMs', text: 'Memory settles in', usual: '150ms' },
  { key: 'predictive.networkMargin', text: 'Network margin, factor', usual: '1.5' },
  { key: 'predictive.networkHighFraction', text: 'High network, share', usual: '0.8' },
];

/** What of a built-in policy may be set. */
export const FIELDS: Readonly<Record<BasePolicy, readonly Field[]>> = {
  predictive: PREDICTIVE,
  threshold: THRESHOLDS,
  static: [],
  unlimited: [],
};
