import type { PredictiveSettings } from '#config/schema.ts';
import { restingBounds } from '#model/constraints.ts';
import type { Reason } from '#model/decision.ts';
import type { PolicyInput } from '../../policy.ts';
import type { Change } from './change.ts';
import type { CpuMemory } from './cpu-memory.ts';
import { cutReason, raiseReason, wakeReason } from './cpu-reasons.ts';
import {
  hasACoreForEach,
  isCalm,
  isIdle,
  isOverdone,
  isRestOver,
  isSaturated,
  isThrottled,
  learnPatience,
  learnRest,
  marginOf,
  noteLow,
  ONE_THREAD_CORES,
  seenCores,
  wantedAtOnce,
} from './cpu-signals.ts';
import { sourcesText } from './sources-text.ts';

const HALF = 0.5;
const MARGIN_GROWTH = 1.5;
const MARGIN_DECAY = 0.9;

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
  const isAwake = isRestOver(input, memory);
  if (throttled || isSaturated(input, memory)) return raise(input, memory, settings, throttled);
  return (
    prepare(input, memory, settings) ??
    (isAwake ? wake(input, memory) : cut(input, memory, settings))
  );
}

/** What comes next in the code is given its CPU before it asks. */
function prepare(
  { sample, allocation, ahead, constraints, forecast }: PolicyInput,
  memory: CpuMemory,
  settings: PredictiveSettings,
): Change | undefined {
  const { leading, room } = forecast.cpuCores;
  if (leading === 'trend') return undefined;
  const to = Math.min(constraints.max.cpuCores, room * marginOf(room, memory, settings));
  // Who rests wakes with its minimum anyway.
  if (to < Math.max(constraints.min.cpuCores, allocation.cpuCores * (1 + settings.minimumChange)))
    return undefined;
  memory.raisedAtMs = sample.atMs;
  memory.isBelieved = true;
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

/** What is used a little at a time needs no core of its own. */
function wake(input: PolicyInput, memory: CpuMemory): Change | undefined {
  const { sample, allocation, constraints } = input;
  const to = constraints.min.cpuCores;
  if (to <= allocation.cpuCores) return undefined;
  learnRest(memory);
  memory.raisedAtMs = sample.atMs;
  memory.idleSinceMs = Number.NaN;
  return { to, reason: wakeReason(input, memory, to) };
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
  const seen = seenCores(sample);
  const wantedCores = throttled
    ? (sample.cpuCoresUsed + sample.cpuCoresThrottled) * settings.cpuMargin
    : seen * marginOf(seen, memory, settings);
  const to = Math.min(
    constraints.max.cpuCores,
    Math.max(
      wantedCores,
      wantedAtOnce(input, throttled),
      allocation.cpuCores * settings.cpuMargin,
      takesBack ? memory.cutFromCores : 0,
    ),
  );
  if (to <= allocation.cpuCores) return undefined;
  const isMisread = seen <= allocation.cpuCores && allocation.cpuCores >= ONE_THREAD_CORES;
  if (!throttled && (isMisread || hasACoreForEach(input))) return undefined;
  if (takesBack) memory.extraMargin = Math.max(0.05, memory.extraMargin * MARGIN_GROWTH);
  memory.cutFromCores = 0;
  memory.raisedAtMs = sample.atMs;
  memory.isBelieved = false;
  learnPatience(memory, input);
  const reason = raiseReason({ input, throttled, to, takesBack });
  return { to, reason, rolledBack: takesBack };
}

function cut(
  input: PolicyInput,
  memory: CpuMemory,
  settings: PredictiveSettings,
): Change | undefined {
  const { sample, allocation, constraints, forecast, ahead } = input;
  if (ahead.keepsCpu) return undefined;
  const { room } = forecast.cpuCores;
  const margin = marginOf(room, memory, settings);
  const idle = isIdle(input, memory);
  const { cpuCores: least } = constraints.min;
  const rests = idle && room * margin <= (constraints.restingCores ?? least);
  const wanted = rests ? restingBounds(constraints).min.cpuCores : Math.max(least, room * margin);
  const most = allocation.cpuCores * (1 - settings.minimumChange);
  noteLow(memory, wanted <= most, sample.atMs);
  const calm = isCalm(input, memory, settings);
  if (!idle && !calm && !isOverdone(input, memory)) return undefined;
  const kept = calm ? allocation.cpuCores * HALF : ONE_THREAD_CORES;
  const lowest = idle ? wanted : Math.max(wanted, kept);
  if (lowest > most) return undefined;
  // Whoever is throttled, or waits for a processor that others hold, uses nothing and is not idle.
  const runnable = input.runnableThreads?.(Math.ceil(most)) ?? 0;
  if (runnable > most) return undefined;
  const isIdling = idle && runnable === 0;
  // Waking from idle is expected to throttle once; only a cut of what was used can be a mistake.
  memory.cutFromCores = isIdling || !calm ? 0 : allocation.cpuCores;
  if (isIdling) memory.idleCutAtMs = sample.atMs;
  memory.cutAtMs = sample.atMs;
  memory.spentSinceMs = sample.atMs;
  memory.spentUsec = 0;
  memory.extraMargin *= MARGIN_DECAY;
  return { to: Math.max(lowest, runnable), reason: cutReason(input, margin, isIdling) };
}
