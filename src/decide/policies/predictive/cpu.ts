import type { PredictiveSettings } from '#config/schema.ts';
import type { Reason } from '#model/decision.ts';
import { formatCpuCores } from '#model/quantities.ts';
import type { PolicyInput } from '../../policy.ts';
import type { Change } from './change.ts';
import { sourcesText } from './sources-text.ts';

/** The kernel charges CPU time once per timer tick (4 ms at 250 Hz): no reading is finer than this. */
const TICK_USEC = 4000;
/** One runnable thread can use one core: less than that throttles it, more may be idle. */
const ONE_THREAD_CORES = 1;
const FULL = 0.95;
const HALF = 0.5;
const MARGIN_GROWTH = 1.5;
const MARGIN_DECAY = 0.9;
/** A start waits for its files in between; that is not idleness. */
const STARTING_MS = 100;
/** Giving CPU back for less than this, and the time that both changes take, is not worth the raise that follows. */
const SHORT_IDLE_MS = 40;
const LONGEST_PATIENCE_MS = 400;
/** Where a change takes longer, what is missing is given in one. */
const QUICK_MS = 10;
/** By which it may be in force later than that, and read later still. */
const LATE_MS = 30;

/** What the rule remembers of one instance. */
export type CpuMemory = {
  cutFromCores: number;
  cutAtMs: number;
  /** Until a window has passed since, the recent peak does not know yet what the raise led to. */
  raisedAtMs: number;
  /** Grows when a cut had to be taken back, decays with cuts that held. */
  extraMargin: number;
  throttledPeriods: number;
  startedAtMs: number;
  /** Since when it has been idle, and for how long it must be before anything is given back. */
  idleSinceMs: number;
  idlePatienceMs: number;
  idleCutAtMs: number;
};

export function newCpuMemory(): CpuMemory {
  return {
    cutFromCores: 0,
    cutAtMs: Number.NEGATIVE_INFINITY,
    raisedAtMs: Number.NaN,
    extraMargin: 0,
    throttledPeriods: 0,
    startedAtMs: Number.NaN,
    idleSinceMs: Number.NaN,
    idlePatienceMs: 0,
    idleCutAtMs: Number.NaN,
  };
}

/**
 * CPU goes up on throttling, or on using faster than the quota refills, which is throttling a few
 * milliseconds later; it goes down from the recent peak. Utilisation alone never raises it.
 * After Autothrottle's Captain (NSDI 2024): act on ≥ 10 %, never below half per step unless idle,
 * take back within a second a cut that throttles.
 */
export function decideCpu(
  input: PolicyInput,
  memory: CpuMemory,
  settings: PredictiveSettings,
): Change | undefined {
  if (input.sample.intervalMs <= 0) return undefined;
  if (Number.isNaN(memory.raisedAtMs)) {
    memory.raisedAtMs = input.sample.atMs;
    memory.startedAtMs = input.sample.atMs;
  }
  const throttled = isThrottled(input, memory);
  if (throttled || isSaturated(input)) return raise(input, memory, settings, throttled);
  return prepare(input, memory, settings) ?? cut(input, memory, settings);
}

/** What comes next in the code is given its CPU before it asks. */
function prepare(
  { sample, allocation, ahead, constraints, forecast }: PolicyInput,
  memory: CpuMemory,
  { cpuMargin, minimumChange }: PredictiveSettings,
): Change | undefined {
  const { leading, room } = forecast.cpuCores;
  if (leading === 'trend') return undefined;
  const to = Math.min(constraints.max.cpuCores, room * cpuMargin);
  if (to < allocation.cpuCores * (1 + minimumChange)) return undefined;
  memory.raisedAtMs = sample.atMs;
  memory.idleSinceMs = Number.NaN;
  const reason: Reason = {
    resource: 'cpu',
    signal: 'cpu.ahead',
    value: room,
    threshold: allocation.cpuCores,
    factor: to / allocation.cpuCores,
    text: `${ahead.claims[leading].cpuText} (${sourcesText(forecast.cpuCores)})`,
  };
  return { to, reason };
}

/**
 * The kernel reports throttling when it ends: what is shown of it before a raise is in force, and by the
 * reading after, happened under the old quota and has been answered already.
 */
function isThrottled({ sample, actuationMs = 0 }: PolicyInput, memory: CpuMemory): boolean {
  const periods = sample.throttledPeriodsTotal - memory.throttledPeriods;
  memory.throttledPeriods = sample.throttledPeriodsTotal;
  const onItsWayMs = actuationMs > QUICK_MS ? actuationMs + LATE_MS : 0;
  if (sample.atMs - sample.intervalMs <= memory.raisedAtMs + onItsWayMs) return false;
  return periods > 0 || sample.cpuCoresThrottled > 0;
}

/** Example: 0.1 cores for 20 ms allow 2 ms; a thread that ran 10 ms of them is about to be throttled. */
function isSaturated({ sample, allocation }: PolicyInput): boolean {
  const usedUsec = sample.cpuCoresUsed * sample.intervalMs * 1000;
  const allowedUsec = allocation.cpuCores * sample.intervalMs * 1000;
  return usedUsec > allowedUsec * FULL + TICK_USEC;
}

function raise(
  input: PolicyInput,
  memory: CpuMemory,
  settings: PredictiveSettings,
  throttled: boolean,
): Change | undefined {
  const { sample, allocation, constraints } = input;
  const takesBack =
    sample.atMs - memory.cutAtMs <= settings.rollbackWindowMs && memory.cutFromCores > 0;
  const wantedCores = sample.cpuCoresUsed + (throttled ? sample.cpuCoresThrottled : 0);
  const to = Math.min(
    constraints.max.cpuCores,
    Math.max(
      wantedCores * settings.cpuMargin,
      wantedAtOnce(input),
      allocation.cpuCores * settings.cpuMargin,
      takesBack ? memory.cutFromCores : 0,
    ),
  );
  if (to <= allocation.cpuCores) return undefined;
  if (!throttled && hasACoreForEach(input)) return undefined;
  if (takesBack) memory.extraMargin = Math.max(0.05, memory.extraMargin * MARGIN_GROWTH);
  memory.cutFromCores = 0;
  memory.raisedAtMs = sample.atMs;
  learnPatience(memory, input);
  const reason = raiseReason({ input, throttled, to, takesBack });
  return { to, reason, rolledBack: takesBack };
}

/** Where a raise takes its time, the next one comes too late: every thread that would run gets its core. */
function wantedAtOnce({ actuationMs = 0, constraints, runnableThreads }: PolicyInput): number {
  if (actuationMs <= QUICK_MS || runnableThreads === undefined) return ONE_THREAD_CORES;
  return Math.max(ONE_THREAD_CORES, runnableThreads(Math.ceil(constraints.max.cpuCores)));
}

/** A reading comes out up to one tick of the kernel too high: fewer threads than cores cannot use more. */
function hasACoreForEach({ allocation, runnableThreads }: PolicyInput): boolean {
  const enough = Math.floor(allocation.cpuCores);
  return enough > 0 && runnableThreads !== undefined && runnableThreads(enough + 1) <= enough;
}

/**
 * A wait that was over within 40 ms of giving CPU back was too short for that: the patience doubles,
 * from 40 to at most 400 ms. A wait that went on for longer halves it. Twice the time that a change takes
 * is added to each. Example: a program that waits 30 ms and computes 30 ms in turn is cut back once or twice.
 */
function learnPatience(memory: CpuMemory, { sample, actuationMs = 0 }: PolicyInput): void {
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
function isIdle(input: PolicyInput, memory: CpuMemory): boolean {
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

/** Long enough since the last raise to know what it led to. Where a change takes its time, what may be a short wait is none. */
function isCalm(
  { sample, actuationMs = 0 }: PolicyInput,
  memory: CpuMemory,
  { cpuWindowMs }: PredictiveSettings,
): boolean {
  if (actuationMs <= QUICK_MS) return sample.atMs - memory.raisedAtMs >= cpuWindowMs;
  const sinceMs = sample.atMs - memory.raisedAtMs;
  return sinceMs >= cpuWindowMs + 2 * actuationMs && Number.isNaN(memory.idleSinceMs);
}

function raiseReason(facts: {
  readonly input: PolicyInput;
  readonly throttled: boolean;
  readonly to: number;
  readonly takesBack: boolean;
}): Reason {
  const { sample, allocation } = facts.input;
  const { throttled } = facts;
  const seen = throttled
    ? `throttled by ${formatCpuCores(Math.max(sample.cpuCoresThrottled, 0.001))} cores`
    : `used ${formatCpuCores(sample.cpuCoresUsed)} cores of ${formatCpuCores(allocation.cpuCores)} for ${Math.round(sample.intervalMs)} ms`;
  return {
    resource: 'cpu',
    signal: throttled ? 'cpu.throttled' : 'cpu.saturated',
    value: throttled ? sample.cpuCoresThrottled : sample.cpuCoresUsed,
    threshold: throttled ? 0 : allocation.cpuCores * FULL,
    factor: facts.to / allocation.cpuCores,
    text: `${seen}${facts.takesBack ? ' within a second of a cut, which is taken back' : ''}`,
  };
}

function cut(
  input: PolicyInput,
  memory: CpuMemory,
  settings: PredictiveSettings,
): Change | undefined {
  const { sample, allocation, constraints, forecast, ahead } = input;
  if (ahead.keepsCpu) return undefined;
  const margin = settings.cpuMargin + memory.extraMargin;
  const wanted = Math.max(constraints.min.cpuCores, forecast.cpuCores.room * margin);
  const idle = isIdle(input, memory);
  if (!idle && !isCalm(input, memory, settings)) return undefined;
  const most = allocation.cpuCores * (1 - settings.minimumChange);
  const lowest = idle ? wanted : Math.max(wanted, allocation.cpuCores * HALF);
  if (lowest > most) return undefined;
  // Whoever is throttled, or waits for a processor that others hold, uses nothing and is not idle.
  const runnable = input.runnableThreads?.(Math.ceil(most)) ?? 0;
  if (runnable > most) return undefined;
  const isIdling = idle && runnable === 0;
  // Waking from idle is expected to throttle once; only a cut of a busy program can be a mistake.
  memory.cutFromCores = isIdling ? 0 : allocation.cpuCores;
  if (isIdling) memory.idleCutAtMs = sample.atMs;
  memory.cutAtMs = sample.atMs;
  memory.extraMargin *= MARGIN_DECAY;
  return { to: Math.max(lowest, runnable), reason: cutReason(input, margin, isIdling) };
}

function cutReason(
  { allocation, forecast, constraints, ahead }: PolicyInput,
  margin: number,
  idle: boolean,
): Reason {
  const used = formatCpuCores(forecast.cpuCores.room);
  return {
    resource: 'cpu',
    signal: !idle ? 'cpu.unused' : ahead.cpuIdle ? 'cpu.waiting' : 'cpu.idle',
    value: forecast.cpuCores.room,
    threshold: idle ? constraints.min.cpuCores : allocation.cpuCores,
    factor: margin,
    text: idle
      ? ahead.cpuIdle
        ? ahead.cpuIdleText
        : `used almost no CPU of late (${used} cores)`
      : `used at most ${used} cores of late, with a margin of ${Math.round((margin - 1) * 100)} %`,
  };
}
