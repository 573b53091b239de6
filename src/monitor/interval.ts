import type { Sample } from '#model/sample.ts';
import type { Allocation } from '#model/allocation.ts';

export type SamplingIntervals = {
  readonly nearMs: number;
  readonly fastMs: number;
  readonly steadyMs: number;
  readonly idleMs: number;
};

const NEAR_MEMORY = 0.9;
const TIGHT_MEMORY = 0.75;
const NEAR_RATE = 0.8;
const BUSY_CORES = 0.02;
const STEADY_MEMORY_CHANGE = 0.01;
const STEADY_CPU_CORES = 0.1;
const STEADY_CPU_CHANGE = 0.2;
const STEADY_AFTER_MS = 500;
const IDLE_AFTER_MS = 1000;

/** Remembers just enough of an instance to know whether it is steady. */
export type SamplingState = {
  lastMemoryBytes: number;
  lastCpuCores: number;
  /** Since when it neither changes nor works, and since when it does not change. */
  calmSinceMs: number;
  steadySinceMs: number;
};

export function newSamplingState(nowMs: number): SamplingState {
  return { lastMemoryBytes: 0, lastCpuCores: 0, calmSinceMs: nowMs, steadySinceMs: nowMs };
}

export type Surroundings = {
  readonly burstRoomBytes?: number | undefined;
  /** All the CPU that others leave it: that it stops and goes on within its quota says nothing. */
  readonly isCpuHeld?: boolean;
};

/**
 * Milliseconds until the next reading: stalled, moving near a limit, or just starting or ceasing to
 * compute every 10; busy with little headroom every 20; steady for half a second every 100; idle for
 * a second every 1000 (a cheap look at the CPU counter wakes an idle instance before that).
 * Readings every 100 ms of a program that computes and waits for 100 ms in turn would show half a
 * core for ever: only what was seen to be steady at 20 ms is read that seldom.
 */
export function nextIntervalMs(
  sample: Sample,
  allocation: Allocation,
  state: SamplingState,
  intervals: SamplingIntervals,
  { burstRoomBytes = 0, isCpuHeld = false }: Surroundings = {},
): number {
  const changing = isMemoryChanging(sample, state) || (!isCpuHeld && isCpuChanging(sample, state));
  const turning = !isCpuHeld && isTurning(sample, allocation, state);
  const idle = isIdle(sample);
  remember(sample, state, { changing, idle });
  const memoryFraction = sample.memoryWorkingSetBytes / (allocation.memoryBytes + burstRoomBytes);
  if (sample.memoryStalled || turning) return intervals.nearMs;
  if (changing && memoryFraction >= NEAR_MEMORY) return intervals.nearMs;
  if (changing || isNearRate(sample, allocation)) return intervals.fastMs;
  const steady = sample.atMs - state.steadySinceMs >= STEADY_AFTER_MS;
  if (idle && sample.atMs - state.calmSinceMs >= IDLE_AFTER_MS) return intervals.idleMs;
  // What others keep from its processor seems idle now and then.
  const isSteady = steady && memoryFraction < TIGHT_MEMORY && (!idle || isCpuHeld);
  return isSteady ? intervals.steadyMs : intervals.fastMs;
}

function isIdle(sample: Sample): boolean {
  const bitsPerSecond = sample.ingressBitsPerSecond + sample.egressBitsPerSecond;
  return sample.cpuCoresUsed < BUSY_CORES && bitsPerSecond === 0;
}

/** An instance without a network has a rate of nothing, and uses all of it. */
function isNearRate(sample: Sample, allocation: Allocation): boolean {
  return (
    isNear(sample.ingressBitsPerSecond, allocation.ingressBitsPerSecond) ||
    isNear(sample.egressBitsPerSecond, allocation.egressBitsPerSecond)
  );
}

function isNear(usedBitsPerSecond: number, bitsPerSecond: number): boolean {
  return usedBitsPerSecond > 0 && usedBitsPerSecond >= bitsPerSecond * NEAR_RATE;
}

function isMemoryChanging(sample: Sample, state: SamplingState): boolean {
  const memoryChange = Math.abs(sample.memoryWorkingSetBytes - state.lastMemoryBytes);
  return memoryChange > sample.memoryWorkingSetBytes * STEADY_MEMORY_CHANGE;
}

function isCpuChanging(sample: Sample, state: SamplingState): boolean {
  const cpuChange = Math.abs(sample.cpuCoresUsed - state.lastCpuCores);
  return cpuChange > Math.max(STEADY_CPU_CORES, state.lastCpuCores * STEADY_CPU_CHANGE);
}

/** It began to compute, with less than it may need; or it ceased to, and holds what it gave up. */
function isTurning(
  { cpuCoresUsed, intervalMs }: Sample,
  { cpuCores }: Allocation,
  { lastCpuCores }: SamplingState,
): boolean {
  if (intervalMs <= 0) return false;
  const begins = cpuCoresUsed > cpuCores && cpuCoresUsed > lastCpuCores * 2;
  return begins || (cpuCoresUsed < lastCpuCores / 2 && lastCpuCores > STEADY_CPU_CORES);
}

function remember(
  sample: Sample,
  state: SamplingState,
  seen: { readonly changing: boolean; readonly idle: boolean },
): void {
  state.lastMemoryBytes = sample.memoryWorkingSetBytes;
  state.lastCpuCores = sample.cpuCoresUsed;
  if (seen.changing || !seen.idle) state.calmSinceMs = sample.atMs;
  if (seen.changing) state.steadySinceMs = sample.atMs;
}
