import { ALLOCATION_KEYS, mapAllocation, type Allocation } from '#model/allocation.ts';
import type { Claim } from '#model/claim.ts';
import { claimantOf } from '#model/constraints.ts';
import type { Target } from '#model/decision.ts';
import type { Claiming } from './claiming-state.ts';
import type { Managed } from './managed.ts';

/** A wish that is not repeated for this long is given up: throttling is seen once per 100 ms. */
const WISH_LASTS_MS = 500;
/** What the next moments take beyond what is in use. */
const CPU_ROOM = 1.02;
const MEMORY_ROOM = 1.02;
const NETWORK_ROOM = 1.2;
const IDLE_ROOM_BYTES = 2 ** 20;
const BUSY_ROOM_BYTES = 8 * 2 ** 20;
/** What was refused is asked for again after 20 ms, then after twice that, … */
const FIRST_RETRY_MS = 20;
const LONGEST_RETRY_MS = 250;
/** … or at once when it is this much more. */
const WORTH_ASKING = 1.1;

/**
 * What an instance claims now. What its policy wants to grow to counts as needed; else what it uses,
 * with little room: above that lies slack. So what an idle instance holds beyond its memory is lent
 * out to whoever is in need, until it wakes (docs/decisions/0009-arbiter.md).
 */
export function claimOf(managed: Managed, wish: Allocation | undefined, nowMs: number): Claim {
  const { input, claiming, constraints } = managed;
  const { allocation } = input;
  const unmet = isWishing(claiming, nowMs) ? claiming.unmet?.allocation : undefined;
  const demand = mapAllocation((key) =>
    Math.max(wish?.[key] ?? allocation[key], unmet?.[key] ?? 0),
  );
  const floor = floorOf(managed);
  const used = inUse(managed);
  return {
    ...claimantOf(constraints),
    floor,
    need: mapAllocation((key) => {
      const isGrowing = demand[key] > allocation[key];
      return Math.max(floor[key], isGrowing ? demand[key] : Math.min(demand[key], used[key]));
    }),
    demand: mapAllocation((key) => Math.max(floor[key], demand[key])),
  };
}

/** Nobody takes it away: the minimum, memory in use, and all of a size that never changes. */
export function floorOf({ input, policy }: Managed): Allocation {
  const { allocation, sample, constraints } = input;
  if (policy.name === 'static' || constraints.mode === 'locked') return allocation;
  const { min } = constraints;
  const usedBytes = Math.min(allocation.memoryBytes, sample.memoryWorkingSetBytes * MEMORY_ROOM);
  return { ...min, memoryBytes: Math.max(min.memoryBytes, usedBytes) };
}

function inUse({ input, isIdle }: Managed): Allocation {
  const { sample, forecast } = input;
  const roomBytes = isIdle ? IDLE_ROOM_BYTES : BUSY_ROOM_BYTES;
  return {
    cpuCores: Math.max(sample.cpuCoresUsed, forecast.cpuCores.p50) * CPU_ROOM,
    memoryBytes: sample.memoryWorkingSetBytes * MEMORY_ROOM + roomBytes,
    ingressBitsPerSecond: sample.ingressBitsPerSecond * NETWORK_ROOM,
    egressBitsPerSecond: sample.egressBitsPerSecond * NETWORK_ROOM,
  };
}

export function isWishing({ unmet, unmetAtMs }: Claiming, nowMs: number): boolean {
  return unmet !== undefined && nowMs - unmetAtMs < WISH_LASTS_MS;
}

/** A refusal is no reason to ask at every reading: the books tell when they have changed. */
export function mayAsk({ claiming }: Managed, target: Target, nowMs: number): boolean {
  const { unmet, isAnswered, retryDueMs } = claiming;
  if (unmet === undefined || isAnswered || nowMs >= retryDueMs) return true;
  return ALLOCATION_KEYS.some(
    (key) => target.allocation[key] > unmet.allocation[key] * WORTH_ASKING,
  );
}

export function noteAnswer(
  { claiming }: Managed,
  answer: { readonly target: Target; readonly isMet: boolean; readonly wasAsked: boolean },
  nowMs: number,
): void {
  claiming.unmet = answer.isMet ? undefined : answer.target;
  claiming.unmetAtMs = nowMs;
  if (!answer.wasAsked) return;
  claiming.isAnswered = false;
  claiming.retryMs = answer.isMet
    ? 0
    : Math.min(LONGEST_RETRY_MS, Math.max(FIRST_RETRY_MS, claiming.retryMs * 2));
  claiming.retryDueMs = nowMs + claiming.retryMs;
}

/** What was wanted and not had is wanted again when the books have changed. */
export function renewed({ claiming, input }: Managed, nowMs: number): Target | undefined {
  const { unmet, isAnswered } = claiming;
  if (!isAnswered || unmet === undefined || !isWishing(claiming, nowMs)) return undefined;
  const { allocation } = input;
  return {
    ...unmet,
    allocation: mapAllocation((key) => Math.max(allocation[key], unmet.allocation[key])),
  };
}
