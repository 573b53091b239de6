import type { Target } from '#model/decision.ts';
import { coresAtOnce, wakingCoresOf } from '#model/constraints.ts';
import { activityOf } from '#monitor/activity.ts';
import { nextIntervalMs, type SamplingIntervals } from '#monitor/interval.ts';
import { act, reopenBurstRoom, type CapacityLedger } from './act.ts';
import { accountFor } from './account.ts';
import { arbitrate, isMemorySpent } from './arbitrate.ts';
import { decideSafely } from './decide-safely.ts';
import { activityInside, lookInside } from './live.ts';
import { lookOutside } from './look-outside.ts';
import { timelinePoint, type Managed } from './managed.ts';

const POINT_INTERVAL_MS = 100;
/** Long enough for another thread to give memory back, short enough not to be waited for. */
const EXHAUSTED_AFTER_MS = 1000;
const KERNEL_PATIENCE_MS = 3000;
const IDLE_BATCH_MS = 200;
/** The ledger rounds what it grants. */
const ROUNDING = 1.01;
const NONE: readonly string[] = [];

export type TickContext = {
  readonly ledger: CapacityLedger;
  readonly intervals: SamplingIntervals;
};

/**
 * The stages, in order, for one instance: monitor → predict → decide → arbitrate → actuate.
 * False when the instance is gone.
 */
export function tick(
  managed: Managed,
  context: TickContext,
  nowMs: number,
  quietUntilMs?: number,
): boolean {
  if (!monitor(managed, nowMs, quietUntilMs)) return false;
  predict(managed, context.intervals);
  managed.input.floor = managed.hints.floorAt(nowMs);
  for (const text of managed.hints.takeExpired() ?? NONE)
    managed.hintNotes.tell(nowMs, `${text}: this has expired`);
  const target: Target | undefined = arbitrate(managed, decideSafely(managed), nowMs);
  if (target) act(managed, target, context.ledger, nowMs);
  reopenBurstRoom(managed, nowMs);
  letWake(managed);
  watchMaximum(managed, nowMs);
  publishPoint(managed, nowMs);
  const { input, sampling } = managed;
  managed.intervalMs = nextIntervalMs(input.sample, input.allocation, sampling, context.intervals, {
    burstRoomBytes: managed.instance.burstRoom?.bytes,
    isCpuHeld: isCpuHeld(managed),
  });
  managed.isIdle = managed.intervalMs >= context.intervals.idleMs;
  managed.dueMs = Math.min(
    dueMs(nowMs, managed.intervalMs, context.intervals.idleMs),
    managed.live.lookahead.nextMs(nowMs),
  );
  return true;
}

/** Whoever holds little may use more at once, while nobody else needs it. */
function letWake(managed: Managed): void {
  const { input, instance } = managed;
  if (instance.wakeWith === undefined) return;
  const cores = isCpuHeld(managed) ? 0 : wakingCoresOf(input.constraints);
  instance.wakeWith(cores);
  input.wakingCores = coresAtOnce(input.allocation.cpuCores, cores);
}

function isCpuHeld({ claiming, input }: Managed): boolean {
  const { share } = claiming;
  return share !== undefined && share.entitled.cpuCores <= input.allocation.cpuCores * ROUNDING;
}

/**
 * Idle instances come in batches: a hundred readings in a row find code and kernel warm, where two
 * at each beat find them cold.
 */
function dueMs(nowMs: number, intervalMs: number, idleMs: number): number {
  if (intervalMs < idleMs) return nowMs + intervalMs;
  return Math.floor((nowMs + intervalMs) / IDLE_BATCH_MS) * IDLE_BATCH_MS;
}

function monitor(managed: Managed, nowMs: number, quietUntilMs: number | undefined): boolean {
  const { instance, forecasts, input } = managed;
  if (!instance.sample(nowMs, quietUntilMs)) return false;
  managed.lastCpuUsec = input.sample.cpuUsecTotal;
  accountFor(managed);
  forecasts.observe();
  // First: what a command that has just begun used must not count for the one before it.
  lookOutside(managed, nowMs);
  lookInside(managed.live, input.sample, nowMs);
  notePhase(managed, nowMs);
  return true;
}

/** phase = place × what it does, and how complex that is. */
function notePhase(managed: Managed, nowMs: number): void {
  const { contendedCores, forecasts, input, live, profile } = managed;
  const outside = activityOf({
    sample: input.sample,
    cpuCores: input.allocation.cpuCores,
    sinceStartMs: nowMs - managed.startedMs,
    memoryGrowthBytesPerSecond: forecasts.memoryGrowthBytesPerSecond,
    contendedCores,
  });
  managed.activity = activityInside(live, outside, input.sample.cpuCoresUsed);
  input.complexityScore = Number.isNaN(live.score) ? profile.score : live.score;
  managed.phases.add({
    place: live.place?.key ?? '',
    activity: managed.activity,
    score: input.complexityScore,
    sample: input.sample,
    atSeconds: (nowMs - managed.startedMs) / 1000,
  });
}

/**
 * The horizon is what passes until a change made at the next reading can be in force. However long
 * the last interval was: what moves is read again soon.
 */
function predict(managed: Managed, { nearMs, fastMs }: SamplingIntervals): void {
  const { instance, forecasts, input, live } = managed;
  const intervalMs = Math.min(fastMs, Math.max(input.sample.intervalMs, nearMs));
  live.lookahead.ahead(input.sample, input.sample.atMs, input.ahead);
  forecasts.forecast(intervalMs + instance.actuationLatencyMs, input.forecast);
}

/**
 * Only the maximum ends a run for memory. Where the kernel does not do it, the run stands still at
 * its maximum; when nothing has moved for a second, nothing will. Where it does, it may still find
 * something to reclaim for ever: then it is given longer.
 */
function watchMaximum(managed: Managed, nowMs: number): void {
  const { instance, input, policy } = managed;
  const isSpent = isMemorySpent(managed);
  const fixed = isSpent || policy.name === 'static' || input.constraints.mode === 'locked';
  const top = fixed ? input.allocation.memoryBytes : input.constraints.max.memoryBytes;
  const inForce = instance.allocation().memoryBytes;
  const atMaximum =
    input.sample.memoryStalled && Math.min(inForce, input.allocation.memoryBytes) >= top;
  if (!atMaximum || managed.frozenSinceMs !== undefined) {
    managed.atMaximumSinceMs = Number.POSITIVE_INFINITY;
    return;
  }
  managed.atMaximumSinceMs = Math.min(managed.atMaximumSinceMs, nowMs);
  const patienceMs = instance.kernelEndsAtMaximum ? KERNEL_PATIENCE_MS : EXHAUSTED_AFTER_MS;
  if (managed.exhausted || nowMs - managed.atMaximumSinceMs < patienceMs) return;
  managed.exhausted = true;
  managed.events.onMemoryExhausted(isSpent ? 'budget-exhausted' : 'memory-exhausted');
}

function publishPoint(managed: Managed, nowMs: number): void {
  if (nowMs < managed.pointDueMs) return;
  managed.pointDueMs = nowMs + POINT_INTERVAL_MS;
  managed.events.onPoint(timelinePoint(managed));
}
