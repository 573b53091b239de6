import type { Managed } from './managed.ts';

/** CPU time that no instance under reading accounts for: some idle one is at work. */
const WAKE_USEC = 300;
const CHECK_INTERVAL_MS = 20;

/** Finds out cheaply whether an instance that is read once a second has woken. */
export type IdleWatch = {
  /** True when idle instances should be looked at one by one. */
  readonly beat: (managed: Iterable<Managed>, nowMs: number) => boolean;
  /** Whether one that is idle did something since it was last read. */
  readonly hasWoken: (managed: Managed) => boolean;
  /** Until this moment, none that wakes now had done anything. */
  readonly quietUntilMs: () => number;
};

/**
 * Reading a thousand idle counters fifty times a second would cost a quarter of a core. The kernel
 * charges CPU time to a cgroup and to its parent at once, so one reading of the parent tells whether
 * anything happened beyond what is known of the instances: what the busy ones have used by now and
 * what the idle ones had used when they were last read.
 */
export function createIdleWatch(cpuUsecOfAll: () => number): IdleWatch {
  let dueMs = Number.NEGATIVE_INFINITY;
  let checkedMs = Number.NEGATIVE_INFINITY;
  let quietUntilMs = Number.NEGATIVE_INFINITY;
  /** Of instances that are gone, and what idle ones used without waking. */
  let explainedUsec = Number.NaN;

  return {
    beat(managed, nowMs) {
      if (nowMs < dueMs || !hasIdle(managed)) return false;
      dueMs = nowMs + CHECK_INTERVAL_MS;
      quietUntilMs = checkedMs;
      checkedMs = nowMs;
      const totalUsec = cpuUsecOfAll();
      if (totalUsec < 0) return true;
      const unknownUsec = totalUsec - knownUsec(managed);
      // NaN, the first time, is not below: everything is looked at.
      const quiet = unknownUsec - explainedUsec < WAKE_USEC;
      if (!quiet || unknownUsec < explainedUsec) explainedUsec = unknownUsec;
      return !quiet;
    },
    hasWoken(managed) {
      if (!managed.isIdle) return false;
      const usedUsec = managed.instance.cpuUsecTotal() - managed.lastCpuUsec;
      if (usedUsec < WAKE_USEC) return false;
      // The reading that follows makes it known.
      explainedUsec -= usedUsec;
      return true;
    },
    quietUntilMs: () => quietUntilMs,
  };
}

function hasIdle(managed: Iterable<Managed>): boolean {
  for (const { isIdle } of managed) if (isIdle) return true;
  return false;
}

function knownUsec(managed: Iterable<Managed>): number {
  let usec = 0;
  for (const one of managed) usec += one.isIdle ? one.lastCpuUsec : one.instance.cpuUsecTotal();
  return usec;
}
