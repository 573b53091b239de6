import { unknownProfile } from '#analyze/unknown-profile.ts';
import { accountFor } from '#loop/account.ts';
import { newManaged, type Managed, type ManagedEvents } from '#loop/managed.ts';
import { tick, type TickContext } from '#loop/tick.ts';
import { NOTHING_KNOWN } from '#model/known-input.ts';
import { clampAllocation } from '#model/constraints.ts';
import type { Demand } from '#runtimes/simulated/demand.ts';
import { createSimulatedInstance, type SimulatedInstance } from '#runtimes/simulated/instance.ts';
import type { SimulatedPolicy } from './policy.ts';
import type { SimulationSettings } from './settings.ts';

/** One run under the real tick, on simulated time. Lifecycle: start → (step)* → hasEnded. */
export type Member = {
  readonly id: string;
  readonly demand: Demand;
  readonly instance: SimulatedInstance;
  readonly managed: Managed;
  readonly startMs: number;
  ticks: number;
  /** Ended by its memory maximum instead of by itself. */
  exhausted: boolean;
};

export type MemberEvents = Partial<Pick<ManagedEvents, 'onPoint' | 'onDecision'>>;

const PROFILE = unknownProfile({ language: 'unknown', reason: 'simulated: there is no code' });

export function startMember(run: {
  readonly id: string;
  readonly demand: Demand;
  readonly policy: SimulatedPolicy;
  readonly settings: SimulationSettings;
  readonly startMs: number;
  readonly events?: MemberEvents;
}): Member {
  const { id, demand, policy, settings, startMs, events = {} } = run;
  const wanted = { ...settings.initial, ...policy.initial?.(demand) };
  const instance = createSimulatedInstance({
    id,
    demand,
    initial: clampAllocation(wanted, settings.constraints),
    startMs,
    actuationLatencyMs: settings.actuationLatencyMs,
    cgroupVersion: settings.cgroupVersion,
  });
  const member: Member = {
    id,
    demand,
    instance,
    startMs,
    ticks: 0,
    exhausted: false,
    managed: newManaged(
      {
        instance,
        policy: policy.create(demand),
        constraints: settings.constraints,
        profile: PROFILE,
        places: [],
        knownInput: NOTHING_KNOWN,
        looksOutside: false,
        ceiling: settings.capacity,
        events: {
          onPoint: events.onPoint ?? (() => {}),
          onDecision: events.onDecision ?? (() => {}),
          onMemoryExhausted: () => void (member.exhausted = true),
          onNote() {},
          onFault(error) {
            throw error;
          },
        },
      },
      settings.trend,
      startMs,
    ),
  };
  return member;
}

/** When something happens to it next: a reading, or a limit that comes into force. */
export function nextMs({ managed, instance }: Member): number {
  return Math.min(managed.dueMs, instance.nextChangeMs());
}

/**
 * Lets it live up to `nowMs`; true when a resize settled, of which the loop hears as soon as
 * promises are served.
 */
export function settleMember(member: Member, nowMs: number): boolean {
  return member.instance.nextChangeMs() <= nowMs && member.instance.advanceTo(nowMs);
}

export function tickMember(member: Member, context: TickContext, nowMs: number): void {
  if (member.managed.dueMs > nowMs) return;
  member.ticks++;
  tick(member.managed, context, nowMs);
}

/** True once the program is done, or can never be; its account is then complete. */
export function hasEnded(member: Member): boolean {
  const { managed, instance } = member;
  if (Number.isNaN(instance.progress.endedMs) && !member.exhausted) return false;
  if (!managed.removed) {
    instance.sample(instance.progress.nowMs);
    accountFor(managed);
    managed.removed = true;
  }
  return true;
}
