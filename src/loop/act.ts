import {
  ALLOCATION_KEYS,
  exceeds,
  lowerOf,
  mapAllocation,
  sameAllocation,
  type Allocation,
} from '#model/allocation.ts';
import { copyAhead } from '#model/ahead.ts';
import type { Claim, Share } from '#model/claim.ts';
import type { Decision, ResizeOutcome, Target } from '#model/decision.ts';
import { copyForecast } from '#model/forecast.ts';
import { planResize } from '#actuate/plan.ts';
import { fitIntoGrant, ROUNDED } from '#arbitrate/arbitrate.ts';
import { claimOf, mayAsk, noteAnswer } from './claiming.ts';
import { finite, type Managed } from './managed.ts';

/** The node's books, shared with every other controller on it. */
export type CapacityLedger = {
  /** What may be used of `wanted`, reserved when it returns. */
  readonly reserve: (instanceId: string, wanted: Allocation, claim: Claim) => Allocation;
  readonly shrink: (instanceId: string, to: Allocation, claim: Claim) => void;
  /** What it is entitled to, as of the last answer; says who has what was refused. */
  readonly shareOf?: (instanceId: string) => Share | undefined;
};

const REFUSAL_INTERVAL_MS = 1000;
const ROOM_CLOSED_MS = 1000;

/** Arbitrates and actuates one target; the decision is told when its outcome is known. */
export function act(managed: Managed, target: Target, ledger: CapacityLedger, nowMs: number): void {
  const { instance, input } = managed;
  const from = input.allocation;
  const plan = planResize(from, target.allocation, managed.resizesUnderWay > 0);
  const wanted: Target = { ...target, allocation: plan.final };
  if (!isEnforced(managed)) return recommend(managed, wanted);
  // Nothing worth asking for is nothing refused.
  if (sameAllocation(withoutNoise(wanted, from).allocation, from)) return;
  const granted = plan.grows ? ask(managed, wanted, plan.reserved, ledger, nowMs) : plan.reserved;
  const fitted = withoutNoise(fitIntoGrant(wanted, granted, shareOf(managed, ledger)), from);
  if (sameAllocation(fitted.allocation, from)) return refuse(managed, fitted);
  const inputs = snapshot(managed);
  const outcome = instance.resize(fitted.allocation);
  if (outcome instanceof Promise) {
    managed.resizesUnderWay++;
    // Growth of CPU and memory is in force already; what shrinks counts as held until read back.
    input.allocation = held(from, instance.allocation(), fitted.allocation);
    void outcome.then((settled) => {
      managed.resizesUnderWay--;
      if (managed.removed) return;
      finish({ managed, from, target: fitted, outcome: settled, inputs, ledger });
    });
    return;
  }
  finish({ managed, from, target: fitted, outcome, inputs, ledger });
}

/** The books are kept in whole units: what differs by rounding is no change. */
function withoutNoise(target: Target, from: Allocation): Target {
  const allocation = mapAllocation((key) => {
    const to = target.allocation[key];
    return Math.abs(to - from[key]) <= from[key] * (1 - ROUNDED) ? from[key] : to;
  });
  return { ...target, allocation };
}

function shareOf({ instance, claiming }: Managed, ledger: CapacityLedger): Share | undefined {
  return ledger.shareOf?.(instance.id) ?? claiming.share;
}

/** What was refused lately is not asked for again before it may have become free. */
function ask(
  managed: Managed,
  target: Target,
  wanted: Allocation,
  ledger: CapacityLedger,
  nowMs: number,
): Allocation {
  const { instance, input } = managed;
  const wasAsked = mayAsk(managed, target, nowMs);
  const granted = wasAsked
    ? ledger.reserve(instance.id, wanted, claimOf(managed, target.allocation, nowMs))
    : lowerOf(wanted, input.allocation);
  const isMet = ALLOCATION_KEYS.every((key) => granted[key] >= wanted[key] * ROUNDED);
  noteAnswer(managed, { target, isMet, wasAsked }, nowMs);
  if (granted.cpuCores > input.allocation.cpuCores) managed.claiming.cpuGrownAtMs = nowMs;
  return granted;
}

type Finished = {
  readonly managed: Managed;
  readonly from: Allocation;
  readonly target: Target;
  readonly outcome: ResizeOutcome;
  readonly inputs: Decision['inputs'];
  readonly ledger: CapacityLedger;
};

function finish({ managed, from, target, outcome, inputs, ledger }: Finished): void {
  const actual = finite(outcome.actual, managed.ceiling);
  // While a later change is on its way, what is reserved for it counts, not what is in force yet.
  if (managed.resizesUnderWay === 0) {
    managed.input.allocation = actual;
    if (exceeds(from, actual)) {
      const claim = claimOf(managed, undefined, managed.input.sample.atMs);
      ledger.shrink(managed.instance.id, actual, claim);
    }
  }
  managed.instance.publish(managed.activity);
  tell(managed, { from, target: { ...target, allocation: actual }, outcome, inputs });
}

/** What one instance uses above its allocation, others of a full node would lack. */
function closeBurstRoom(managed: Managed, wanted: Target, nowMs: number): void {
  const { burstRoom } = managed.instance;
  if (!burstRoom || !wanted.reasons.some(({ resource }) => resource === 'memory')) return;
  managed.roomClosedMs = nowMs;
  burstRoom.close();
}

/** A while after the last refusal: what the program needs then may be there. */
export function reopenBurstRoom(managed: Managed, nowMs: number): void {
  if (nowMs - managed.roomClosedMs < ROOM_CLOSED_MS) return;
  managed.roomClosedMs = Number.POSITIVE_INFINITY;
  managed.instance.burstRoom?.open();
}

/** Observing: the recommendation becomes what the policy goes on from, and nothing is written. */
function recommend(managed: Managed, target: Target): void {
  const from = managed.input.allocation;
  const inputs = snapshot(managed);
  managed.input.allocation = target.allocation;
  const outcome: ResizeOutcome = {
    state: 'refused',
    actual: from,
    latencyMs: 0,
    message: 'observe mode: recommended only',
  };
  tell(managed, { from, target, outcome, inputs });
}

/** The node had nothing to give. Said once a second. */
function refuse(managed: Managed, target: Target): void {
  const { atMs } = managed.input.sample;
  closeBurstRoom(managed, target, atMs);
  if (atMs < managed.refusalDueMs) return;
  managed.refusalDueMs = atMs + REFUSAL_INTERVAL_MS;
  const from = managed.input.allocation;
  const outcome: ResizeOutcome = {
    state: 'refused',
    actual: from,
    latencyMs: 0,
    message: 'the node has no free capacity',
  };
  tell(managed, { from, target, outcome, inputs: snapshot(managed) });
}

function tell(
  managed: Managed,
  facts: Pick<Decision, 'from' | 'outcome' | 'inputs'> & { readonly target: Target },
): void {
  const { target, ...rest } = facts;
  managed.events.onDecision({
    ...rest,
    atSeconds: (managed.input.sample.atMs - managed.startedMs) / 1000,
    to: target.allocation,
    reasons: target.reasons,
    rolledBack: target.rolledBack,
  });
}

export function isEnforced({ instance, input }: Managed): boolean {
  return instance.enforcement.kind === 'enforce' && input.constraints.mode !== 'observe';
}

/** Everything the policy saw, so that the decision can be explained and replayed. */
function snapshot({ input, policy, live }: Managed): Decision['inputs'] {
  return {
    policy: policy.name,
    sample: { ...input.sample },
    forecast: copyForecast(input.forecast),
    ahead: copyAhead(input.ahead),
    floor: input.floor && { ...input.floor },
    place: live.place?.key ?? '',
    allocation: input.allocation,
    complexityScore: input.complexityScore,
  };
}

function held(from: Allocation, now: Allocation, target: Allocation): Allocation {
  return mapAllocation((key) =>
    target[key] > from[key] && key !== 'ingressBitsPerSecond' && key !== 'egressBitsPerSecond'
      ? target[key]
      : Math.min(from[key], Math.max(now[key], from[key])),
  );
}
