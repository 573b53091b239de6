import type { PredictiveSettings } from '#config/schema.ts';
import { isResting } from '#model/constraints.ts';
import type { PolicyInput } from '../../policy.ts';
import type { CpuMemory } from './cpu-memory.ts';

/** The kernel charges CPU time once per timer tick (4 ms at 250 Hz): no reading is finer than this. */
const TICK_USEC = 4000;
/** After which a quota of the kernel is there anew. */
const PERIOD_USEC = 100_000;
/** One runnable thread can use one core: less than that throttles it, more may be idle. */
export const ONE_THREAD_CORES = 1;
/** Of what is allowed, all for as much as a reading can tell. */
export const FULL = 0.95;
const HALF = 0.5;
const QUARTER = 0.25;
/** Over which what rests may use what it is left with. */
const RESTING_MS = 1_000;
/** A start waits for its files in between; that is not idleness. Where a probe speaks it is over sooner. */
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

/**
 * Who rests has room to wake in, so that nothing that it uses at once shows a lack; what counts is how much
 * it is within a second. Example: of 0.02 cores more than 10 ms, half of what these are in a second.
 */
export function isRestOver(input: PolicyInput, memory: CpuMemory): boolean {
  const { sample, allocation, constraints } = input;
  if (sample.atMs - memory.spentSinceMs >= RESTING_MS) {
    memory.spentSinceMs = sample.atMs;
    memory.spentUsec = 0;
  }
  // One that begins to run now is no little at a time: another reading shows it.
  const beforeUsec = memory.spentUsec;
  memory.spentUsec += sample.cpuCoresUsed * sample.intervalMs * 1000;
  if (!isResting(constraints, allocation)) return false;
  const allowedUsec = allocation.cpuCores * RESTING_MS * 1000;
  return beforeUsec > allowedUsec * HALF;
}

/**
 * Example: 0.1 cores allow 2 of 20 ms; a thread that ran 10 ms of them is about to be throttled. Where more may
 * be used at once, what counts is how much adds up to more than a period allows: 6 ms in every 60 never
 * do, and a thread that goes on has more after 20 ms. Where a change takes its time, what adds up to half a
 * period is a lack: a second thread that runs for 40 ms has done before anything could be given.
 */
export function isSaturated(
  { sample, allocation, constraints, wakingCores = 0, actuationMs = 0 }: PolicyInput,
  memory: CpuMemory,
): boolean {
  const usedUsec = sample.cpuCoresUsed * sample.intervalMs * 1000;
  const cores = Math.max(allocation.cpuCores, constraints.min.cpuCores);
  const allowedUsec = cores * sample.intervalMs * 1000;
  memory.debtUsec = Math.max(0, memory.debtUsec + usedUsec - allowedUsec);
  if (wakingCores > cores) return memory.debtUsec > cores * PERIOD_USEC + TICK_USEC;
  if (actuationMs > QUICK_MS && cores >= ONE_THREAD_CORES)
    return memory.debtUsec > PERIOD_USEC * HALF;
  return usedUsec > allowedUsec * FULL + TICK_USEC;
}

/** One thread that ran all of a short reading comes out at more than one core. Example: 7.4 ms in 6 → 1. */
export function seenCores({ cpuCoresUsed, intervalMs }: PolicyInput['sample']): number {
  const leastCores = cpuCoresUsed - TICK_USEC / (intervalMs * 1000);
  return leastCores <= ONE_THREAD_CORES ? Math.min(ONE_THREAD_CORES, cpuCoresUsed) : cpuCoresUsed;
}

/**
 * Where a raise takes its time, the next one comes too late: every thread that would run gets its core. Not for
 * what was held up by little: a runtime's own threads, that work now and then beside the program's.
 */
export function wantedAtOnce(
  { sample, actuationMs = 0, constraints, runnableThreads }: PolicyInput,
  throttled: boolean,
): number {
  const isLittle = throttled && sample.cpuCoresThrottled < QUARTER;
  if (actuationMs <= QUICK_MS || runnableThreads === undefined || isLittle) return ONE_THREAD_CORES;
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

/** Rest that ended in many short moments is not worth taking for as long as these are apart. */
export function learnRest(memory: CpuMemory): void {
  const longerMs = Math.max(SHORT_IDLE_MS, memory.idlePatienceMs) * 2;
  memory.idlePatienceMs = Math.min(LONGEST_PATIENCE_MS, longerMs);
  memory.idleCutAtMs = Number.NaN;
}

/** True when nothing ran for long enough that CPU should be given back; where a change takes its time, for as long. */
export function isIdle(input: PolicyInput, memory: CpuMemory): boolean {
  const { sample, forecast, constraints, ahead, actuationMs = 0 } = input;
  if (forecast.cpuCores.room >= constraints.min.cpuCores) {
    memory.idleSinceMs = Number.NaN;
    // It works again before the cut is in force: no raise follows that would tell.
    if (actuationMs > QUICK_MS) learnPatience(memory, input);
    return false;
  }
  if (Number.isNaN(memory.idleSinceMs)) memory.idleSinceMs = sample.atMs;
  if (ahead.cpuIdle) return true;
  const patienceMs = Math.max(memory.idlePatienceMs, actuationMs > QUICK_MS ? actuationMs : 0);
  const hasStarted =
    input.startedMs !== undefined || sample.atMs - memory.startedAtMs >= STARTING_MS;
  return hasStarted && sample.atMs - memory.idleSinceMs >= patienceMs;
}

/**
 * What was given beyond one core for what did not come, or for an interpreter and its probe that have
 * started, need not be held for a whole window. What did not come may come after a change that takes its time.
 */
export function isOverdone(
  { sample, actuationMs = 0, startedMs = Number.NaN }: PolicyInput,
  memory: CpuMemory,
): boolean {
  const wasForStart = memory.raisedAtMs <= startedMs;
  if (wasForStart) return sample.atMs - startedMs >= STARTED_MS;
  return (
    actuationMs <= QUICK_MS && memory.isBelieved && sample.atMs - memory.raisedAtMs >= BELIEVED_MS
  );
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

/** Remembers since when. */
export function noteLow(memory: CpuMemory, isLow: boolean, atMs: number): void {
  if (!isLow) memory.lowSinceMs = Number.NaN;
  else if (Number.isNaN(memory.lowSinceMs)) memory.lowSinceMs = atMs;
}

/**
 * Long enough since the last raise to know what it led to; a first size was a belief, and is not
 * held for as long. Where a change takes its time, what may be a short wait is none: as long as it takes to
 * give CPU back and to have it again it must have been expected to need less.
 */
export function isCalm(
  { sample, actuationMs = 0, startedMs = Number.NaN }: PolicyInput,
  memory: CpuMemory,
  { cpuWindowMs }: PredictiveSettings,
): boolean {
  if (actuationMs <= QUICK_MS && memory.raisedAtMs <= startedMs)
    return sample.atMs - startedMs >= Math.min(cpuWindowMs, BELIEVED_MS);
  if (actuationMs <= QUICK_MS) return sample.atMs - memory.raisedAtMs >= cpuWindowMs;
  if (!Number.isNaN(memory.idleSinceMs)) return false;
  const bothMs = 2 * actuationMs;
  const isLow = sample.atMs - memory.lowSinceMs >= bothMs;
  return isLow && sample.atMs - memory.raisedAtMs >= cpuWindowMs + bothMs;
}
