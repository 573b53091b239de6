import type { Factors, Thresholds } from '#config/schema.ts';
import { mapAllocation, RESOURCE_OF, type AllocationKey } from '#model/allocation.ts';
import type { Reason, Target } from '#model/decision.ts';
import { formatBitsPerSecond, formatBytes, formatCpuCores } from '#model/quantities.ts';
import type { Policy, PolicyInput } from '../policy.ts';

export type ThresholdSettings = {
  readonly thresholds: Thresholds;
  readonly factors: Factors;
  /** How often the rules are applied; each application may take one step. */
  readonly periodMs: number;
};

/** One rule that fired: what it adds to one quantity, and why. */
type Step = { readonly key: AllocationKey; readonly change: number; readonly reason: Reason };

/**
 * The founding algorithm, rule by rule as docs/decisions/0005-threshold-base.md quotes it. Usages are
 * fractions of the current allocation; `base` is the allocation in force, at first the configured one.
 * A complexity above the threshold adds its step once, when it is first seen: added at every
 * evaluation it would reach the maximum whatever the program used.
 */
export function thresholdPolicy(settings: ThresholdSettings): Policy {
  let dueMs = Number.NEGATIVE_INFINITY;
  let complexityHigh = false;

  return {
    name: 'threshold',
    decide(input) {
      const { sample } = input;
      if (sample.atMs < dueMs || sample.intervalMs <= 0) return undefined;
      dueMs = sample.atMs + settings.periodMs;
      const isHigh = input.complexityScore > settings.thresholds.highComplexity;
      const rises = isHigh && !complexityHigh;
      complexityHigh = isHigh;
      return thresholdTarget(input, settings, rises);
    },
  };
}

/** One application of the rules; pure. */
export function thresholdTarget(
  input: PolicyInput,
  settings: Omit<ThresholdSettings, 'periodMs'>,
  complexityRises: boolean,
): Target | undefined {
  const { thresholds, factors } = settings;
  const steps = [
    ...(complexityRises ? complexitySteps(input, thresholds, factors) : []),
    ...highSteps(input, thresholds, factors),
    ...lowSteps(input, thresholds, factors),
  ];
  if (steps.length === 0) return undefined;
  return {
    allocation: mapAllocation((key) =>
      steps
        .filter((step) => step.key === key)
        .reduce((sum, step) => sum + step.change, input.allocation[key]),
    ),
    reasons: steps.map(({ reason }) => reason),
    rolledBack: false,
  };
}

/** complexity > highComplexity → cpu += cpuFactor; memory += memoryFactor */
function complexitySteps(input: PolicyInput, thresholds: Thresholds, factors: Factors): Step[] {
  const score = input.complexityScore;
  const rises = (['cpuCores', 'memoryBytes'] as const).map((key) => ({
    key,
    change: factors[key],
  }));
  return rises.filter(hasRoom(input)).map((rise) =>
    toStep({
      ...rise,
      signal: 'complexity.score',
      value: score,
      threshold: thresholds.highComplexity,
      seen: `complexity ${Math.round(score)} is above ${thresholds.highComplexity}`,
    }),
  );
}

/** usage > high → cpu and memory += 2 · factor, network += factor, each by its own usage */
function highSteps(input: PolicyInput, thresholds: Thresholds, factors: Factors): Step[] {
  const { cpuCores, memoryBytes, networkBitsPerSecond } = factors;
  const { highCpu, highMemory, highNetwork } = thresholds;
  const rules = [
    { key: 'cpuCores', threshold: highCpu, change: 2 * cpuCores },
    { key: 'memoryBytes', threshold: highMemory, change: 2 * memoryBytes },
    { key: 'ingressBitsPerSecond', threshold: highNetwork, change: networkBitsPerSecond },
    { key: 'egressBitsPerSecond', threshold: highNetwork, change: networkBitsPerSecond },
  ] as const;
  return rules
    .filter(({ key, threshold }) => usageOf(input, key) > threshold)
    .filter(hasRoom(input))
    .map((rule) => usageStep(input, rule));
}

/** low complexity and low usage → cpu, memory step down */
function lowSteps(input: PolicyInput, thresholds: Thresholds, factors: Factors): Step[] {
  const { lowComplexity, lowCpu, lowMemory } = thresholds;
  const rules = [
    { key: 'cpuCores', threshold: lowCpu, change: -factors.cpuCores },
    { key: 'memoryBytes', threshold: lowMemory, change: -factors.memoryBytes },
  ] as const;
  const isLow = rules.every(({ key, threshold }) => usageOf(input, key) < threshold);
  if (!isLow || input.complexityScore >= lowComplexity) return [];
  return rules.filter(hasRoom(input)).map((rule) => usageStep(input, rule));
}

/** Who is at a bound takes no step beyond it, and nothing is said of one. */
function hasRoom({ allocation, constraints: { min, max } }: PolicyInput) {
  return ({ key, change }: Pick<Rule, 'key' | 'change'>): boolean =>
    change > 0 ? allocation[key] < max[key] : allocation[key] > min[key];
}

const USED = {
  cpuCores: 'cpuCoresUsed',
  memoryBytes: 'memoryWorkingSetBytes',
  ingressBitsPerSecond: 'ingressBitsPerSecond',
  egressBitsPerSecond: 'egressBitsPerSecond',
} as const satisfies Record<AllocationKey, keyof PolicyInput['sample']>;

/** NaN for an instance without a network, which is above and below nothing. */
function usageOf({ sample, allocation }: PolicyInput, key: AllocationKey): number {
  return sample[USED[key]] / allocation[key];
}

const NAMES = {
  cpuCores: { signal: 'cpu.usage', words: 'the CPU' },
  memoryBytes: { signal: 'memory.usage', words: 'the memory' },
  ingressBitsPerSecond: { signal: 'network.ingress', words: 'the download rate' },
  egressBitsPerSecond: { signal: 'network.egress', words: 'the upload rate' },
} as const satisfies Record<AllocationKey, object>;

type Rule = { readonly key: AllocationKey; readonly threshold: number; readonly change: number };

function usageStep(input: PolicyInput, rule: Rule): Step {
  const value = usageOf(input, rule.key);
  const side = rule.change > 0 ? 'above' : 'below';
  const { signal, words } = NAMES[rule.key];
  const seen = `${percent(value)} of ${words} is used, ${side} ${percent(rule.threshold)}`;
  return toStep({ ...rule, signal, value, seen });
}

function toStep(rule: Rule & { signal: string; value: number; seen: string }): Step {
  const { key, change, signal, value, threshold, seen } = rule;
  const amount = `${change > 0 ? '+' : '−'}${FORMAT[key](Math.abs(change))}`;
  const text = `${seen}: ${amount}`;
  const reason = { resource: RESOURCE_OF[key], signal, value, threshold, factor: change, text };
  return { key, change, reason };
}

const FORMAT = {
  cpuCores: (cores: number) => `${formatCpuCores(cores)} CPU`,
  memoryBytes: formatBytes,
  ingressBitsPerSecond: (rate: number) => `${formatBitsPerSecond(rate)}bit/s`,
  egressBitsPerSecond: (rate: number) => `${formatBitsPerSecond(rate)}bit/s`,
} as const satisfies Record<AllocationKey, (value: number) => string>;

function percent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`;
}
