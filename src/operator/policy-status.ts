import type { Allocation } from '#model/allocation.ts';
import type { Decision } from '#model/decision.ts';
import { cpuQuantity } from '#runtimes/kubernetes/quantity.ts';
import type {
  AmountTexts,
  ElasticPolicy,
  PolicyCondition,
  Recommendations,
} from './elastic-policy.ts';
import type { Told } from './events.ts';
import type { Member } from './member.ts';
import { withPeak } from './peak.ts';

const MOST_DECISIONS = 10;
const MIB = 2 ** 20;

export type ToldDecision = {
  readonly time: string;
  readonly pod: string;
  readonly containerName: string;
  readonly from: AmountTexts;
  readonly to: AmountTexts;
  readonly state: string;
  readonly message: string;
};

export type PolicyStatus = {
  readonly observedGeneration: number;
  readonly pods: number;
  readonly conditions: readonly PolicyCondition[];
  readonly recommendation: Recommendations;
  readonly lastDecisions: readonly ToldDecision[];
};

export type Finding = Pick<PolicyCondition, 'type' | 'reason' | 'message'> & {
  readonly holds: boolean;
};

/** `0.25` cores and 83886080 bytes → 250m and 80Mi; rounded up, so that it can be written into a manifest. */
export function amountsText({ cpuCores, memoryBytes }: Allocation): AmountTexts {
  return {
    cpu: cpuQuantity(Math.ceil(cpuCores * 1000) / 1000),
    memory: `${Math.ceil(memoryBytes / MIB)}Mi`,
  };
}

export function toldDecision(
  pod: string,
  containerName: string,
  { from, to, reasons, outcome }: Decision,
): ToldDecision {
  const why = reasons.map(({ text }) => text).join('; ');
  return {
    time: new Date().toISOString(),
    pod,
    containerName,
    from: amountsText(from),
    to: amountsText(to),
    state: outcome.state,
    message: [why, outcome.message].filter(Boolean).join(' — '),
  };
}

/** The newest first. */
export function withDecision(
  before: readonly ToldDecision[],
  told: ToldDecision,
): readonly ToldDecision[] {
  return [told, ...before].slice(0, MOST_DECISIONS);
}

/**
 * What all pods of a workload would do with: the most that one of them needs. Without any pod, what was
 * known of the last ones.
 */
export function recommendationOf(
  { status }: ElasticPolicy,
  members: readonly Member[],
  nowMs: number,
): Recommendations {
  const before = status?.recommendation?.containerRecommendations ?? [];
  if (members.length === 0) return { containerRecommendations: before };
  const most = new Map<string, Allocation>();
  for (const { container, managed } of members) {
    const { allocation } = managed.input;
    const known = most.get(container) ?? allocation;
    most.set(container, {
      ...known,
      cpuCores: Math.max(known.cpuCores, allocation.cpuCores),
      memoryBytes: Math.max(known.memoryBytes, allocation.memoryBytes),
    });
  }
  return {
    containerRecommendations: [...most].map(([containerName, allocation]) => {
      const known = before.find((one) => one.containerName === containerName);
      const target = amountsText(allocation);
      return { containerName, target, peak: withPeak(known?.peak, target, nowMs) };
    }),
  };
}

/** A condition keeps its time while it says the same. */
export function conditionsOf(
  { metadata, status }: ElasticPolicy,
  findings: readonly Finding[],
): readonly PolicyCondition[] {
  const now = new Date().toISOString();
  return findings.map(({ holds, ...words }) => {
    const value = holds ? ('True' as const) : ('False' as const);
    const before = status?.conditions?.find(({ type }) => type === words.type);
    return {
      ...words,
      status: value,
      lastTransitionTime: before?.status === value ? before.lastTransitionTime : now,
      observedGeneration: metadata.generation ?? 0,
    };
  });
}

/** What is otherwise than the policy's status says, as events of it. */
export function newsOf({ status }: ElasticPolicy, findings: readonly Finding[]): readonly Told[] {
  return findings.flatMap(({ type, holds, reason, message }) => {
    const before = status?.conditions?.find((one) => one.type === type);
    const isGood = holds === (type !== 'Yielding');
    // At first, that nothing is wrong is no news; that it is active is.
    const isSame = before ? before.reason === reason : isGood && type !== 'Active';
    return isSame ? [] : [{ type: isGood ? 'Normal' : 'Warning', reason, text: message }];
  });
}
