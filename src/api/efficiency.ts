import type { Managed } from '#loop/managed.ts';
import type { RunSummary } from '#model/summary.ts';

/** Of a run that goes on, up to its last reading. */
export function efficiencySoFar({ account, instance }: Pick<Managed, 'account' | 'instance'>) {
  const { throttledUsecTotal, memoryStalledMsTotal } = instance.reading;
  return {
    cpuSlack: slack(account.usedCoreSeconds, account.reservedCoreSeconds),
    memorySlack: slack(account.usedByteSeconds, account.reservedByteSeconds),
    throttledSeconds: throttledUsecTotal / 1e6,
    stalledSeconds: memoryStalledMsTotal / 1000,
  };
}

export function efficiencyOf({ cpu, memory }: Pick<RunSummary, 'cpu' | 'memory'>) {
  return {
    cpuSlack: slack(cpu.usedCoreSeconds, cpu.reservedCoreSeconds),
    memorySlack: slack(memory.usedByteSeconds, memory.reservedByteSeconds),
    throttledSeconds: cpu.throttledSeconds,
    stalledSeconds: memory.stalledSeconds,
  };
}

/** 3 used of 4 reserved: 0.25. Bursts are used without having been reserved: never below 0. */
function slack(used: number, reserved: number): number {
  return reserved > 0 ? Math.max(0, 1 - used / reserved) : 0;
}
