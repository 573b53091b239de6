import type { Allocation } from '#model/allocation.ts';
import { memoryAt, type Demand } from './demand.ts';

/** CFS refills a quota ten times a second. */
const PERIOD_MS = 100;
/** A full queue of the shaper holds what drains in this time. */
const QUEUE_MS = 100;
/** Nothing shorter is told apart from nothing: a nanosecond. */
const NO_TIME_MS = 1e-6;
/** Less than this over the limit is rounding. */
const ROUNDING_BYTES = 1;

/** What has become of a program so far. Totals are since its start. */
export type Progress = {
  nowMs: number;
  /** How far it has come in its own time. */
  positionMs: number;
  memoryBytes: number;
  memoryPeakBytes: number;
  isStalled: boolean;
  usedByteMs: number;
  cpuUsec: number;
  throttledUsec: number;
  throttledMs: number;
  stalledMs: number;
  /** How long it has now been standing still; 0 while it runs. */
  standsStillMs: number;
  /** Time for which the network held it up. */
  queuedMs: number;
  ingressBytes: number;
  egressBytes: number;
  ingressBacklogBytes: number;
  egressBacklogBytes: number;
  /** Intervals of its trace in which it wanted more memory than it had. */
  intervalsOver: number;
  /** NaN while it runs. */
  endedMs: number;
};

/**
 * A program that does its demand as fast as its limits let it: with half of the CPU that it wants it
 * takes twice as long; at its memory limit it stands still until the limit is raised, as under
 * `memory.oom_control = 1` or over `memory.high`; with half of the rate it transfers half as fast.
 * Lifecycle: new → (advance)* until `progress.endedMs` is set.
 */
export class Work {
  readonly progress: Progress;
  readonly #demand: Demand;
  #knot = 0;
  #lastIntervalOver = -1;

  constructor(demand: Demand, startMs: number) {
    this.#demand = demand;
    this.progress = { ...nothingDone(), nowMs: startMs, memoryBytes: demand.memoryBytes[0] ?? 0 };
    this.progress.memoryPeakBytes = this.progress.memoryBytes;
    if (demand.atMs.length < 2) this.progress.endedMs = startMs;
  }

  /** Runs it up to `toMs` under limits that hold for all that time. */
  advance(toMs: number, limits: Allocation): void {
    const { progress } = this;
    while (toMs - progress.nowMs > NO_TIME_MS && Number.isNaN(progress.endedMs)) {
      this.#step(toMs - progress.nowMs, limits);
    }
    if (Number.isNaN(progress.endedMs)) progress.nowMs = Math.max(progress.nowMs, toMs);
  }

  /** The longest stretch of at most `mostMs` in which nothing changes. */
  #step(mostMs: number, limits: Allocation): void {
    const { progress } = this;
    const { atMs, memoryBytes } = this.#demand;
    const knot = this.#knot;
    const endMs = atMs[knot + 1]!;
    const bytesPerMs =
      endMs > atMs[knot]!
        ? (memoryBytes[knot + 1]! - memoryBytes[knot]!) / (endMs - atMs[knot]!)
        : 0;
    const roomBytes = limits.memoryBytes - progress.memoryBytes;
    if (roomBytes < -ROUNDING_BYTES || (roomBytes < ROUNDING_BYTES && bytesPerMs > 0))
      return this.#stall(mostMs);
    const speed = this.#speed(limits);
    let stepMs = Math.min(mostMs, (endMs - progress.positionMs) / speed);
    if (bytesPerMs > 0) stepMs = Math.min(stepMs, roomBytes / (bytesPerMs * speed));
    this.#run(stepMs, speed, limits);
  }

  #stall(forMs: number): void {
    const { progress } = this;
    progress.nowMs += forMs;
    progress.stalledMs += forMs;
    progress.standsStillMs += forMs;
    progress.usedByteMs += progress.memoryBytes * forMs;
    progress.isStalled = true;
    const interval = this.#demand.interval[this.#knot]!;
    if (interval === this.#lastIntervalOver) return;
    this.#lastIntervalOver = interval;
    progress.intervalsOver++;
  }

  /** Its pace, from 0 to 1: that of the resource of which it has the least. */
  #speed(limits: Allocation): number {
    const { cpuCores, ingressBitsPerSecond, egressBitsPerSecond } = this.#demand;
    const knot = this.#knot;
    return Math.min(
      pace(cpuCores[knot]!, limits.cpuCores),
      pace(ingressBitsPerSecond[knot]!, limits.ingressBitsPerSecond),
      pace(egressBitsPerSecond[knot]!, limits.egressBitsPerSecond),
    );
  }

  #run(stepMs: number, speed: number, limits: Allocation): void {
    const { progress } = this;
    const { atMs, cpuCores } = this.#demand;
    const knot = this.#knot;
    const cores = cpuCores[knot]!;
    progress.isStalled = false;
    progress.standsStillMs = 0;
    progress.nowMs += stepMs;
    progress.positionMs += stepMs * speed;
    progress.cpuUsec += cores * speed * stepMs * 1000;
    if (cores > limits.cpuCores) {
      progress.throttledMs += stepMs;
      progress.throttledUsec += (cores - limits.cpuCores) * stepMs * 1000;
    }
    this.#transfer(stepMs, speed, limits);
    const isOver = atMs[knot + 1]! - progress.positionMs <= NO_TIME_MS;
    if (isOver) progress.positionMs = atMs[knot + 1]!;
    const bytes = memoryAt(this.#demand, knot, progress.positionMs);
    progress.usedByteMs += ((progress.memoryBytes + bytes) / 2) * stepMs;
    progress.memoryBytes = bytes;
    progress.memoryPeakBytes = Math.max(progress.memoryPeakBytes, progress.memoryBytes);
    if (!isOver) return;
    this.#knot++;
    if (this.#knot >= atMs.length - 1) progress.endedMs = progress.nowMs;
  }

  #transfer(stepMs: number, speed: number, limits: Allocation): void {
    const { progress } = this;
    const ingress = this.#demand.ingressBitsPerSecond[this.#knot]!;
    const egress = this.#demand.egressBitsPerSecond[this.#knot]!;
    if (ingress === 0 && egress === 0) {
      progress.ingressBacklogBytes = 0;
      progress.egressBacklogBytes = 0;
      return;
    }
    progress.ingressBytes += (ingress * speed * stepMs) / 8000;
    progress.egressBytes += (egress * speed * stepMs) / 8000;
    progress.ingressBacklogBytes = backlog(ingress, limits.ingressBitsPerSecond);
    progress.egressBacklogBytes = backlog(egress, limits.egressBitsPerSecond);
    if (progress.ingressBacklogBytes + progress.egressBacklogBytes > 0) progress.queuedMs += stepMs;
  }
}

/** CFS counts whole periods; one that throttles at all throttles in each. */
export function throttledPeriods({ throttledMs }: Progress): number {
  return Math.ceil(throttledMs / PERIOD_MS);
}

/** Example: 2 cores wanted, half a core allowed → a quarter of the pace. */
function pace(wanted: number, allowed: number): number {
  return wanted > allowed ? allowed / wanted : 1;
}

function backlog(wantedBitsPerSecond: number, bitsPerSecond: number): number {
  return wantedBitsPerSecond > bitsPerSecond ? (bitsPerSecond * QUEUE_MS) / 8000 : 0;
}

function nothingDone(): Progress {
  return {
    nowMs: 0,
    positionMs: 0,
    memoryBytes: 0,
    memoryPeakBytes: 0,
    isStalled: false,
    usedByteMs: 0,
    cpuUsec: 0,
    throttledUsec: 0,
    throttledMs: 0,
    stalledMs: 0,
    standsStillMs: 0,
    queuedMs: 0,
    ingressBytes: 0,
    egressBytes: 0,
    ingressBacklogBytes: 0,
    egressBacklogBytes: 0,
    intervalsOver: 0,
    endedMs: Number.NaN,
  };
}
