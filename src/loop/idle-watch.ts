import type { Managed } from './managed.ts';

/** CPU time that no instance under reading accounts for: some idle one is at work. */
const WAKE_USEC = 300;
const CHECK_INTERVAL_MS = 20;

/** Finds out cheaply whether an instance that is read once a second has woken. */
export type IdleWatch = {
  /** True when idle instances should be looked at one by one. */
  readonly beat: (managed: Iterable<Managed>, nowMs: number, idleMs: number) => boolean;
  readonly hasWoken: (managed: Managed) => boolean;
};

/**
 * Reading a thousand idle counters fifty times a second would cost a quarter of a core. The kernel
 * charges CPU time to a cgroup and to its parent at once, so one reading of the parent tells whether
 * anything happened beyond what the instances under reading did.
 */
export function createIdleWatch(cpuUsecOfAll: () => number): IdleWatch {
  let dueMs = Number.NEGATIVE_INFINITY;
  let previousTotalUsec = Number.NaN;
  let previousActiveUsec = 0;

  return {
    beat(managed, nowMs, idleMs) {
      if (nowMs < dueMs) return false;
      dueMs = nowMs + CHECK_INTERVAL_MS;
      const totalUsec = cpuUsecOfAll();
      if (totalUsec < 0) return true;
      let activeUsec = 0;
      for (const one of managed)
        if (one.intervalMs < idleMs) activeUsec += one.instance.cpuUsecTotal();
      const unexplained = totalUsec - previousTotalUsec - (activeUsec - previousActiveUsec);
      previousTotalUsec = totalUsec;
      previousActiveUsec = activeUsec;
      // NaN, the first time, is not below: everything is looked at.
      return !(Math.abs(unexplained) < WAKE_USEC);
    },
    hasWoken: (managed) => managed.instance.cpuUsecTotal() - managed.lastCpuUsec >= WAKE_USEC,
  };
}
