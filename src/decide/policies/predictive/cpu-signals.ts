import type { PredictiveSettings } from '#config/schema.ts';
import type { PolicyInput } from '../../policy.ts';
import type { CpuMemory } from './cpu-memory.ts';

/** The kernel charges CPU time once per timer tick (4 ms at 250 Hz): no reading is finer than this. */
const TICK_USEC = 4000;
/** One runnable thread can use one core: less than that throttles it, more may be idle. */
export const ONE_THREAD_CORES = 1;
/** Of what is allowed, all for as much as a reading can tell. */
export const FULL = 0.95;
const HALF = 0.5;
/** A start waits for its files in between; that is not idleness. */
const STARTING_MS = 100;
/** Giving CPU back for less than this, and the time that both changes take, is not worth the raise that follows. */
const SHORT_IDLE_MS = 40;
const LONGEST_PATIENCE_MS = 400;
/** What is believed to come is seen by then: a look, and two readings that are smoothed. */
const BELIEVED_MS = 100;
/** What an interpreter and its probe took is forgotten as they have started: two readings show what goes on. */
const STARTED_MS = 40;
/** Whole cores are used by as many threads, give or take what smoothed readings are out by. */
const WHOLE = 0.1;
/** Less of it is what is left of a cut that was taken back long ago. */
const LEAST_EXTRA = 0.04;
/** Where a change takes longer, what is missing is given in one. */
const QUICK_MS = 10;
/** By which it may be in force later than that, and read later still. */
const LATE_MS = 30;

/**
 * The kernel reports throttling when it ends: what is shown of it before a raise is in force, and by the
 * reading after, happened under the old quota and has been answered already.
 */
export function isThrottled({ sample, actuationMs = 0 }: PolicyInput, memory: CpuMemory): boolean {
  const periods = sample.throttledPeriodsTotal - memory.throttledPeriods;
  memory.throttledPeriods = sample.throttledPeriodsTotal;
  const onItsWayMs = actuationMs > QUICK_MS ? actuationMs + LATE_MS : 0;
  if (sample.atMs - sample.intervalMs <= memory.raisedAtMs + onItsWayMs) return false;
  return periods > 0 || sample.cpuCoresThrottled > 0;
}

/** Example: 0.1 cores for 20 ms allow 2 ms; a thread that ran 10 ms of them is about to be throttled. */
export function isSaturated({ sample, allocation }: PolicyInput): boolean {
  const usedUsec = sample.cpuCoresUsed * sample.intervalMs * 1000;
  const allowedUsec = allocation.cpuCores * sample.intervalMs * 1000;
  return usedUsec > allowedUsec * FULL + TICK_USEC;
}

/** Where a raise takes its time, the next one comes too late: every thread that would run gets its core. */
export function wantedAtOnce({
  actuationMs = 0,
  constraints,
  runnableThreads,
}: PolicyInput): number {
  if (actuationMs <= QUICK_MS || runnableThreads === undefined) return ONE_THREAD_CORES;
  return Math.max(ONE_THREAD_CORES, runnableThreads(Math.ceil(constraints.max.cpuCores)));
}

/** A reading comes out up to one tick of the kernel too high: fewer threads than cores cannot use more. */
export function hasACoreForEach({ allocation, runnableThreads }: PolicyInput): boolean {
  const enough = Math.floor(allocation.cpuCores);
  return enough > 0 && runnableThreads !== undefined && runnableThreads(enough + 1) <= enough;
}

/**
 * A wait that was over within 40 ms of giving CPU back was too short for that: the patience doubles,
 * from 40 to at most 400 ms. A wait that went on for longer halves it. Twice the time that a change takes
 * is added to each. Example: a program that waits 30 ms and computes 30 ms in turn is cut back once or twice.
 */
export function learnPatience(memory: CpuMemory, { sample, actuationMs = 0 }: PolicyInput): void {
  const idleMs = sample.atMs - memory.idleCutAtMs;
  memory.idleCutAtMs = Number.NaN;
  if (Number.isNaN(idleMs)) return;
  const shortMs = SHORT_IDLE_MS + 2 * actuationMs;
  const longestMs = LONGEST_PATIENCE_MS + 2 * actuationMs;
  const patienceMs = memory.idlePatienceMs;
  memory.idlePatienceMs =
    idleMs < shortMs ? Math.min(longestMs, Math.max(shortMs, patienceMs * 2)) : patienceMs * HALF;
}

/** True when nothing ran for long enough that CPU should be given back; where a change takes its time, for as long. */
export function isIdle(input: PolicyInput, memory: CpuMemory): boolean {
  const { sample, forecast, constraints, ahead, actuationMs = 0 } = input;
  if (forecast.cpuCores.room >= constraints.min.cpuCores) {
    memory.idleSinceMs = Number.NaN;
    return false;
  }
  if (Number.isNaN(memory.idleSinceMs)) memory.idleSinceMs = sample.atMs;
  if (ahead.cpuIdle) return true;
  const patienceMs = Math.max(memory.idlePatienceMs, actuationMs > QUICK_MS ? actuationMs : 0);
  return (
    sample.atMs - memory.idleSinceMs >= patienceMs &&
    sample.atMs - memory.startedAtMs >= STARTING_MS
  );
}

/**
 * What was given beyond one core for what did not come, or for an interpreter and its probe that have
 * started, need not be held for a whole window. Where a change takes its time, it may come after it.
 */
export function isOverdone(
  { sample, actuationMs = 0, startedMs = Number.NaN }: PolicyInput,
  memory: CpuMemory,
): boolean {
  if (actuationMs > QUICK_MS) return false;
  const wasForStart = memory.raisedAtMs <= startedMs;
  if (wasForStart) return sample.atMs - startedMs >= STARTED_MS;
  return memory.isBelieved && sample.atMs - memory.raisedAtMs >= BELIEVED_MS;
}

/**
 * A factor of what was used; where whole cores were kept busy, what leads to these: one thread never uses
 * more than one. Not where cuts had to be taken back. Example: 0.98 cores, a margin of 10 % → 1 / 0.98.
 */
export function marginOf(
  cores: number,
  { extraMargin }: CpuMemory,
  { cpuMargin }: PredictiveSettings,
): number {
  const whole = Math.floor(cores * cpuMargin);
  const areWhole = whole >= 1 && cores <= whole * (1 + WHOLE) && extraMargin < LEAST_EXTRA;
  return areWhole ? whole / cores : cpuMargin + extraMargin;
}

/** Long enough since the last raise to know what it led to. Where a change takes its time, what may be a short wait is none. */
export function isCalm(
  { sample, actuationMs = 0 }: PolicyInput,
  memory: CpuMemory,
  { cpuWindowMs }: PredictiveSettings,
): boolean {
  if (actuationMs <= QUICK_MS) return sample.atMs - memory.raisedAtMs >= cpuWindowMs;
  const sinceMs = sample.atMs - memory.raisedAtMs;
  return sinceMs >= cpuWindowMs + 2 * actuationMs && Number.isNaN(memory.idleSinceMs);
}
