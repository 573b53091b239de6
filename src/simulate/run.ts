import type { Allocation } from '#model/allocation.ts';
import type { Decision } from '#model/decision.ts';
import type { TimelinePoint } from '#model/summary.ts';
import type { Demand } from '#runtimes/simulated/demand.ts';
import { hasEnded, nextMs, settleMember, startMember, tickMember } from './member.ts';
import { NodeLedger } from './node-ledger.ts';
import type { SimulatedPolicy } from './policy.ts';
import { resultOf, type RunResult } from './result.ts';
import type { SimulationSettings } from './settings.ts';

export type SimulatedRun = {
  readonly id: string;
  readonly demand: Demand;
  readonly policy: SimulatedPolicy;
  readonly settings: SimulationSettings;
  readonly onPoint?: (point: TimelinePoint) => void;
  readonly onDecision?: (decision: Decision) => void;
};

/** A run makes no progress for longer than this only when it never will. */
const MOST_STRETCH = 1000;
const LONGEST_START_MS = 3_600_000;

/**
 * One run alone on its node, from its start to its end. The same demand, policy and settings give
 * the same result.
 */
export async function simulateRun(run: SimulatedRun): Promise<RunResult> {
  const { settings } = run;
  let resizes = 0;
  const member = startMember({
    ...run,
    startMs: 0,
    events: {
      ...(run.onPoint && { onPoint: run.onPoint }),
      onDecision(decision) {
        if (decision.outcome.state === 'applied') resizes++;
        run.onDecision?.(decision);
      },
    },
  });
  const ledger = ledgerOf(settings.capacity, member.id, member.instance.allocation());
  const context = { ledger, intervals: settings.intervals };
  const giveUpMs = LONGEST_START_MS + (run.demand.atMs.at(-1) ?? 0) * MOST_STRETCH;
  while (!hasEnded(member)) {
    const nowMs = nextMs(member);
    if (nowMs > giveUpMs) throw new Error(`${run.id}: no end in sight after ${giveUpMs / 1000} s`);
    // What settled is told through promises, which are served before the next line.
    if (settleMember(member, nowMs)) await Promise.resolve();
    tickMember(member, context, nowMs);
  }
  return resultOf(member, resizes);
}

function ledgerOf(capacity: Allocation, id: string, initial: Allocation): NodeLedger {
  const ledger = new NodeLedger(capacity);
  ledger.admit(id, initial);
  return ledger;
}
