import type { Allocation, Resource } from '#model/allocation.ts';
import type { Reason, Target } from '#model/decision.ts';
import type { Factors, Thresholds } from '#config/schema.ts';
import { formatBitsPerSecond, formatBytes, formatCpuCores } from '#model/quantities.ts';
import type { Policy, PolicyInput } from '../policy.ts';

export type ThresholdSettings = {
  readonly thresholds: Thresholds;
  readonly factors: Factors;
  /** How often the rules are applied; each application may take one step. */
  readonly periodMs: number;
};

type Usage = {
  readonly cpu: number;
  readonly memory: number;
  readonly ingress: number;
  readonly egress: number;
};
type Step = {
  cpuCores: number;
  memoryBytes: number;
  ingress: number;
  egress: number;
  reasons: Reason[];
};

/**
 * The founding algorithm, rule by rule as docs/decisions/0003-threshold-base.md quotes it. Usages are
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
  { thresholds, factors }: Omit<ThresholdSettings, 'periodMs'>,
  complexityRises: boolean,
): Target | undefined {
  const usage = usageFractions(input);
  const step: Step = { cpuCores: 0, memoryBytes: 0, ingress: 0, egress: 0, reasons: [] };
  if (complexityRises) addForComplexity(step, input.complexityScore, thresholds, factors);
  addForUsage(step, usage, thresholds, factors);
  takeWhenLow(step, usage, input.complexityScore, thresholds, factors);
  if (step.reasons.length === 0) return undefined;
  return { allocation: stepped(input.allocation, step), reasons: step.reasons, rolledBack: false };
}

function usageFractions({ sample, allocation }: PolicyInput): Usage {
  return {
    cpu: sample.cpuCoresUsed / allocation.cpuCores,
    memory: sample.memoryWorkingSetBytes / allocation.memoryBytes,
    ingress: sample.ingressBitsPerSecond / allocation.ingressBitsPerSecond,
    egress: sample.egressBitsPerSecond / allocation.egressBitsPerSecond,
  };
}

function addForComplexity(
  step: Step,
  score: number,
  thresholds: Thresholds,
  factors: Factors,
): void {
  const rule = { signal: 'complexity.score', value: score, threshold: thresholds.highComplexity };
  step.cpuCores += factors.cpuCores;
  step.memoryBytes += factors.memoryBytes;
  const text = `complexity ${Math.round(score)} is above ${thresholds.highComplexity}`;
  step.reasons.push(
    {
      resource: 'cpu',
      ...rule,
      factor: factors.cpuCores,
      text: `${text}: +${formatCpuCores(factors.cpuCores)} cores`,
    },
    {
      resource: 'memory',
      ...rule,
      factor: factors.memoryBytes,
      text: `${text}: +${formatBytes(factors.memoryBytes)}`,
    },
  );
}

function addForUsage(step: Step, usage: Usage, thresholds: Thresholds, factors: Factors): void {
  const rate = `+${formatBitsPerSecond(factors.networkBitsPerSecond)}bit/s`;
  if (usage.cpu > thresholds.highCpu) {
    step.cpuCores += 2 * factors.cpuCores;
    step.reasons.push(
      usageReason(
        'cpu',
        'cpu.usage',
        usage.cpu,
        thresholds.highCpu,
        2 * factors.cpuCores,
        `+${formatCpuCores(2 * factors.cpuCores)} cores`,
      ),
    );
  }
  if (usage.memory > thresholds.highMemory) {
    step.memoryBytes += 2 * factors.memoryBytes;
    step.reasons.push(
      usageReason(
        'memory',
        'memory.usage',
        usage.memory,
        thresholds.highMemory,
        2 * factors.memoryBytes,
        `+${formatBytes(2 * factors.memoryBytes)}`,
      ),
    );
  }
  for (const direction of ['ingress', 'egress'] as const) {
    if (usage[direction] <= thresholds.highNetwork) continue;
    step[direction] += factors.networkBitsPerSecond;
    step.reasons.push(
      usageReason(
        'network',
        `network.${direction}`,
        usage[direction],
        thresholds.highNetwork,
        factors.networkBitsPerSecond,
        rate,
      ),
    );
  }
}

function takeWhenLow(
  step: Step,
  usage: Usage,
  score: number,
  thresholds: Thresholds,
  factors: Factors,
): void {
  const complexityLow = score < thresholds.lowComplexity;
  if (!complexityLow || usage.cpu >= thresholds.lowCpu || usage.memory >= thresholds.lowMemory)
    return;
  step.cpuCores -= factors.cpuCores;
  step.memoryBytes -= factors.memoryBytes;
  step.reasons.push(
    usageReason(
      'cpu',
      'cpu.usage',
      usage.cpu,
      thresholds.lowCpu,
      -factors.cpuCores,
      `−${formatCpuCores(factors.cpuCores)} cores`,
    ),
    usageReason(
      'memory',
      'memory.usage',
      usage.memory,
      thresholds.lowMemory,
      -factors.memoryBytes,
      `−${formatBytes(factors.memoryBytes)}`,
    ),
  );
}

function stepped(base: Allocation, step: Step): Allocation {
  return {
    cpuCores: base.cpuCores + step.cpuCores,
    memoryBytes: base.memoryBytes + step.memoryBytes,
    ingressBitsPerSecond: base.ingressBitsPerSecond + step.ingress,
    egressBitsPerSecond: base.egressBitsPerSecond + step.egress,
  };
}

function usageReason(
  resource: Resource,
  signal: string,
  value: number,
  threshold: number,
  factor: number,
  change: string,
): Reason {
  const side = factor > 0 ? 'above' : 'below';
  const text = `${Math.round(value * 100)} % of the ${resource} allocation is used, ${side} ${Math.round(threshold * 100)} %: ${change}`;
  return { resource, signal, value, threshold, factor, text };
}
