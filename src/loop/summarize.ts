import type { Allocation } from '#model/allocation.ts';
import { ALLOCATION_KEYS, RESOURCE_OF, type Resource } from '#model/allocation.ts';
import type { ComplexityProfile } from '#model/complexity.ts';
import type { Decision } from '#model/decision.ts';
import type { Note, Outcome, Submission } from '#model/execution.ts';
import type { Exit } from '#model/instance.ts';
import type { RunSummary } from '#model/summary.ts';
import type { Managed } from './managed.ts';

export type RunFacts = {
  readonly execution: string;
  readonly outcome: Outcome;
  readonly exitCode: number;
  readonly exit: Exit;
  readonly submission: Submission;
  readonly profile: ComplexityProfile;
  readonly initial: Allocation;
  readonly managed: Managed;
  readonly decisions: readonly Decision[];
  readonly notes: readonly Note[];
  readonly wallSeconds: number;
  readonly analyzeSeconds: number;
  readonly launchSeconds: number;
};

/** The whole run as one document; pure. */
export function summarize(facts: RunFacts): RunSummary {
  const { managed, submission, profile } = facts;
  const { instance, account } = managed;
  const { enforcement, reading } = instance;
  const enforced = enforcement.kind === 'enforce' && managed.constraints.mode !== 'observe';
  return {
    schema: 'limber.run/v1',
    execution: facts.execution,
    outcome: facts.outcome,
    exitCode: facts.exitCode,
    signal: facts.exit.signal ?? null,
    wallSeconds: facts.wallSeconds,
    policy: submission.policy,
    runtime: instance.runtime,
    mode: enforced ? 'enforce' : 'observe',
    cgroupVersion: enforcement.kind === 'enforce' ? enforcement.cgroupVersion : null,
    language: submission.language,
    complexity: { score: profile.score, class: profile.class },
    initial: facts.initial,
    cpu: {
      usedCoreSeconds: reading.cpuUsecTotal / 1e6,
      reservedCoreSeconds: account.reservedCoreSeconds,
      throttledSeconds: reading.throttledUsecTotal / 1e6,
    },
    memory: {
      peakBytes: Math.max(reading.memoryPeakBytes, account.peakWorkingSetBytes),
      peakWorkingSetBytes: account.peakWorkingSetBytes,
      usedByteSeconds: account.usedByteSeconds,
      reservedByteSeconds: account.reservedByteSeconds,
      stalledSeconds: reading.memoryStalledMsTotal / 1000,
    },
    network: {
      receivedBytes: reading.ingressBytesTotal,
      sentBytes: reading.egressBytesTotal,
      reservedBitSeconds: account.reservedBitSeconds,
    },
    resizes: countResizes(facts.decisions),
    overhead: { analyzeSeconds: facts.analyzeSeconds, launchSeconds: facts.launchSeconds },
    phases: managed.phases.totals(),
    processes: managed.outside.totals.totals(),
    notes: facts.notes,
    decisions: facts.decisions.map(({ atSeconds, from, to, reasons, outcome }) => ({
      atSeconds,
      from,
      to,
      state: outcome.state,
      reasons,
    })),
  };
}

/** A resize that was refused or failed changed nothing and does not count. */
function countResizes(decisions: readonly Decision[]): RunSummary['resizes'] {
  const counts: Record<Resource, number> = { cpu: 0, memory: 0, network: 0 };
  let rolledBack = 0;
  for (const { from, to, outcome, rolledBack: isBack } of decisions) {
    if (outcome.state !== 'applied') continue;
    if (isBack) rolledBack++;
    const changed = ALLOCATION_KEYS.filter((key) => from[key] !== to[key]);
    for (const resource of new Set(changed.map((key) => RESOURCE_OF[key]))) counts[resource]++;
  }
  return { ...counts, rolledBack };
}
