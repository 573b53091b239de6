import { mapAllocation, type Allocation } from '#model/allocation.ts';
import { coresAtOnce } from '#model/constraints.ts';
import type { ResizeOutcome } from '#model/decision.ts';
import type { Enforcement, Exit, Instance } from '#model/instance.ts';
import { emptySample, type Sample } from '#model/sample.ts';
import { deriveRates, noPrevious } from '#monitor/rates.ts';
import type { Demand } from './demand.ts';
import { Work, throttledPeriods, type Progress } from './work.ts';

export type SimulatedParts = {
  readonly id: string;
  readonly demand: Demand;
  readonly initial: Allocation;
  readonly startMs: number;
  /** From the decision until the new limit is in force and read back. */
  readonly actuationLatencyMs: number;
  /** What the kernel of the imagined node is like; decides how much room a burst is left. */
  readonly cgroupVersion: 1 | 2;
};

/** A limit on its way, and who waits to hear of it. */
type Change = {
  readonly atMs: number;
  readonly target: Allocation;
  readonly settle: (outcome: ResizeOutcome) => void;
};

/** An instance whose time is told to it. Lifecycle: create → (advanceTo, sample, resize)* → ended. */
export type SimulatedInstance = Instance & {
  readonly progress: Progress;
  /** When the next limit comes into force; infinite when none is on its way. */
  readonly nextChangeMs: () => number;
  /** Runs the program up to then, with each limit in force from its moment on; true = one settled. */
  readonly advanceTo: (nowMs: number) => boolean;
};

/** A program that exists as numbers alone, under limits that take their time to come into force. */
export function createSimulatedInstance(parts: SimulatedParts): SimulatedInstance {
  const work = new Work(parts.demand, parts.startMs);
  const { progress } = work;
  const reading = emptySample();
  const previous = noPrevious();
  const exit = Promise.withResolvers<Exit>();
  const changes: Change[] = [];
  const enforcement: Enforcement = { kind: 'enforce', cgroupVersion: parts.cgroupVersion };
  let limits = parts.initial;
  let enforced = limits;
  let wakingCores = 0;

  /** A limit is not put below what is in use: the kernel would refuse, and what is read back counts. */
  function inForce(target: Allocation): Allocation {
    const least = Math.min(limits.memoryBytes, progress.memoryBytes);
    return mapAllocation((key) =>
      key === 'memoryBytes' ? Math.max(target[key], least) : target[key],
    );
  }

  function enforce(target: Allocation): void {
    limits = inForce(target);
    const cpuCores = coresAtOnce(limits.cpuCores, wakingCores);
    enforced = cpuCores === limits.cpuCores ? limits : { ...limits, cpuCores };
  }

  function advanceTo(nowMs: number): boolean {
    let settled = false;
    for (let next = changes[0]; next && next.atMs <= nowMs; next = changes[0]) {
      changes.shift();
      work.advance(next.atMs, enforced);
      enforce(next.target);
      next.settle(applied(limits, parts.actuationLatencyMs));
      settled = true;
    }
    work.advance(nowMs, enforced);
    return settled;
  }

  return {
    id: parts.id,
    runtime: 'simulated',
    enforcement,
    actuationLatencyMs: parts.actuationLatencyMs,
    kernelEndsAtMaximum: false,
    exited: exit.promise,
    reading,
    progress,
    advanceTo,
    nextChangeMs: () => changes[0]?.atMs ?? Number.POSITIVE_INFINITY,
    allocation: () => limits,
    sample(nowMs) {
      if (!Number.isNaN(progress.endedMs) && nowMs > progress.endedMs) return false;
      advanceTo(nowMs);
      read(progress, reading);
      deriveRates(reading, previous);
      return true;
    },
    cpuUsecTotal: () => progress.cpuUsec,
    resize(target) {
      if (parts.actuationLatencyMs <= 0) {
        enforce(target);
        return applied(limits, 0);
      }
      const { promise, resolve } = Promise.withResolvers<ResizeOutcome>();
      changes.push({
        atMs: progress.nowMs + parts.actuationLatencyMs,
        target,
        settle: resolve,
      });
      return promise;
    },
    wakeWith(cores) {
      if (cores === wakingCores) return;
      wakingCores = cores;
      enforce(limits);
    },
    onPressure: () => () => {},
    onMessage: () => () => {},
    publish() {},
    signal() {},
    kill: () => exit.resolve({ started: true, signal: 'SIGKILL', memoryExhausted: false }),
    release: async () => {},
  };
}

function applied(actual: Allocation, latencyMs: number): ResizeOutcome {
  return { state: 'applied', actual, latencyMs };
}

function read(progress: Progress, into: Sample): void {
  into.atMs = progress.nowMs;
  into.cpuUsecTotal = progress.cpuUsec;
  into.throttledUsecTotal = progress.throttledUsec;
  into.throttledPeriodsTotal = throttledPeriods(progress);
  into.memoryBytes = progress.memoryBytes;
  into.memoryWorkingSetBytes = progress.memoryBytes;
  into.memoryPeakBytes = progress.memoryPeakBytes;
  into.memoryStalled = progress.isStalled;
  into.memoryStalledMsTotal = progress.stalledMs;
  into.ingressBytesTotal = progress.ingressBytes;
  into.egressBytesTotal = progress.egressBytes;
  into.ingressBacklogBytes = progress.ingressBacklogBytes;
  into.egressBacklogBytes = progress.egressBacklogBytes;
  into.processCount = 1;
}
