import { ALLOCATION_KEYS, higherOf, mapAllocation, type Allocation } from '#model/allocation.ts';
import type { Claim } from '#model/claim.ts';
import { claimantOf, restingBounds, type Constraints } from '#model/constraints.ts';
import type { Target } from '#model/decision.ts';
import type { Claiming } from './claiming-state.ts';
import type { Managed } from './managed.ts';

/** A wish that is not repeated for this long is given up: throttling is seen once per 100 ms. */
const WISH_LASTS_MS = 500;
/** What the next moments take beyond what is in use. */
const CPU_ROOM = 1.05;
/** Where processors are contended, use lags behind what a program got. */
const CPU_SETTLES_MS = 500;
/** A thread that is held back can use a core; more than twice of what was seen to be used is a guess. */
const ONE_THREAD_CORES = 1;
const SEEN_CORES_FACTOR = 2;
const MEMORY_ROOM = 1.02;
const NETWORK_ROOM = 1.2;
const IDLE_ROOM_BYTES = 2 ** 20;
const BUSY_ROOM_BYTES = 8 * 2 ** 20;
/** What was refused is asked for again after 20 ms, then after twice that, … */
const FIRST_RETRY_MS = 20;
const LONGEST_RETRY_MS = 500;
/** … or at once when it is this much more. */
const WORTH_ASKING = 1.1;
const WORTH_GROWING = 1.02;

/**
 * What an instance claims now. What its policy wants to grow to counts as needed; else what it uses,
 * with little room: above that lies slack. So what an idle instance holds beyond its memory is lent
 * out to whoever is in need, until it wakes (docs/decisions/0009-arbiter.md).
 */
export function claimOf(managed: Managed, wish: Allocation | undefined, nowMs: number): Claim {
  const { input, claiming, constraints } = managed;
  const { allocation } = input;
  const unmet = isWishing(claiming, nowMs) ? claiming.unmet?.allocation : undefined;
  const demand = plausible(
    unmet === undefined ? (wish ?? allocation) : higherOf(wish ?? allocation, unmet),
    input,
  );
  const guaranteed = floorOf(managed);
  const floor = lentFrom(guaranteed, constraints, demand);
  const used = inUse(managed, nowMs);
  return {
    ...claimantOf(constraints),
    floor,
    guaranteed,
    need: mapAllocation((key) => {
      const isGrowing = demand[key] > allocation[key];
      return Math.max(floor[key], isGrowing ? demand[key] : Math.min(demand[key], used[key]));
    }),
    demand: higherOf(floor, demand),
  };
}

/** Who rests lends what it is guaranteed, and has it back as it wakes. */
function lentFrom(
  guaranteed: Allocation,
  constraints: Constraints,
  demand: Allocation,
): Allocation {
  const leastCores = Math.max(restingBounds(constraints).min.cpuCores, demand.cpuCores);
  return { ...guaranteed, cpuCores: Math.min(guaranteed.cpuCores, leastCores) };
}

/** Nobody takes it away: the minimum, memory in use, and all of a size that never changes. */
export function floorOf({ input, policy }: Managed): Allocation {
  const { allocation, sample, constraints } = input;
  if (policy.name === 'static' || constraints.mode === 'locked') return allocation;
  const { min } = constraints;
  const usedBytes = Math.min(allocation.memoryBytes, sample.memoryWorkingSetBytes * MEMORY_ROOM);
  return { ...min, memoryBytes: Math.max(min.memoryBytes, usedBytes) };
}

function inUse({ input, isIdle, claiming }: Managed, nowMs: number): Allocation {
  const { sample, forecast, allocation } = input;
  const roomBytes = isIdle ? IDLE_ROOM_BYTES : BUSY_ROOM_BYTES;
  const isSettled = nowMs - claiming.cpuGrownAtMs >= CPU_SETTLES_MS;
  const seenCores = Math.max(sample.cpuCoresUsed, forecast.cpuCores.room);
  // A thread that waits for a processor uses less than a core and could use all of one.
  const threadCores = isIdle ? 0 : Math.ceil(seenCores / CPU_ROOM);
  return {
    cpuCores: isSettled ? Math.max(seenCores * CPU_ROOM, threadCores) : allocation.cpuCores,
    memoryBytes: sample.memoryWorkingSetBytes * MEMORY_ROOM + roomBytes,
    ingressBitsPerSecond: sample.ingressBitsPerSecond * NETWORK_ROOM,
    egressBitsPerSecond: sample.egressBitsPerSecond * NETWORK_ROOM,
  };
}

/**
 * Throttled time comes in lumps, once per period: read within 10 ms, one thread seems to have been
 * held back on ten cores. Others should not have to give way for that.
 */
function plausible(
  demand: Allocation,
  { allocation, sample, forecast }: Managed['input'],
): Allocation {
  const seenCores = Math.max(sample.cpuCoresUsed, forecast.cpuCores.room);
  const most = Math.max(ONE_THREAD_CORES, seenCores * SEEN_CORES_FACTOR, allocation.cpuCores);
  return { ...demand, cpuCores: Math.min(demand.cpuCores, most) };
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
    allocation: higherOf(allocation, unmet.allocation),
  };
}

/** Whoever gives something up does not want more of it any longer. */
export function noteWish({ claiming, input }: Managed, wish: Target): void {
  const { unmet } = claiming;
  if (unmet === undefined) return;
  const isWithdrawn = ALLOCATION_KEYS.some(
    (key) =>
      wish.allocation[key] < input.allocation[key] && unmet.allocation[key] > wish.allocation[key],
  );
  if (isWithdrawn) claiming.unmet = undefined;
}

/** True when the shares that were heard leave room for what it was refused; not more often than it may ask. */
export function hasRoom({ claiming, input }: Managed, nowMs: number): boolean {
  const { unmet, share, retryDueMs, retryMs } = claiming;
  if (unmet === undefined || nowMs < retryDueMs - retryMs + FIRST_RETRY_MS) return false;
  return ALLOCATION_KEYS.some((key) => {
    const held = input.allocation[key];
    const entitled = share?.entitled[key] ?? Number.POSITIVE_INFINITY;
    return unmet.allocation[key] > held && entitled > held * WORTH_GROWING;
  });
}
