import type { Allocation } from '#model/allocation.ts';
import type { ResizeOutcome } from '#model/decision.ts';
import type { InstanceCgroup } from './cgroup/types.ts';
import type { InstanceNetwork } from './network/types.ts';
import { ratesDiffer, shaped } from './network/shaped-rates.ts';

/**
 * What binds one instance: its cgroup and its shapers. The allocation is always what was read back
 * from there, never what was asked for.
 */
export type Limits = {
  readonly allocation: () => Allocation;
  readonly apply: (target: Allocation) => ResizeOutcome | Promise<ResizeOutcome>;
  /** Resolves when no change is under way any more. */
  readonly settled: () => Promise<void>;
};

/**
 * CPU and growing memory take effect inside the call. Shrinking memory and the network need the
 * kernel or `tc` to answer, and are handed back as a promise. Memory that must grow again while a
 * shrink is still reclaiming wins: the shrink's late write is corrected when it returns.
 */
export function createLimits(parts: {
  readonly cgroup: InstanceCgroup | undefined;
  readonly network: InstanceNetwork | undefined;
  readonly initial: Allocation;
}): Limits {
  const { cgroup, network } = parts;
  let allocation = parts.initial;
  let wantedMemoryBytes = parts.initial.memoryBytes;
  let underWay: Promise<unknown> = Promise.resolve();

  function readBack(target: Allocation): Allocation {
    const limits = cgroup?.readBack();
    const rates = network?.rates();
    allocation = {
      cpuCores: limits?.cpuCores ?? target.cpuCores,
      memoryBytes: limits?.memoryBytes ?? target.memoryBytes,
      ingressBitsPerSecond: rates?.ingressBitsPerSecond ?? target.ingressBitsPerSecond,
      egressBitsPerSecond: rates?.egressBitsPerSecond ?? target.egressBitsPerSecond,
    };
    return allocation;
  }

  async function shrinkMemory(bytes: number): Promise<void> {
    await cgroup?.shrinkMemory(bytes);
    if (wantedMemoryBytes > bytes) cgroup?.growMemory(wantedMemoryBytes);
  }

  function later(target: Allocation): Promise<unknown>[] {
    const work: Promise<unknown>[] = [];
    if (target.memoryBytes < allocation.memoryBytes) work.push(shrinkMemory(target.memoryBytes));
    if (network && ratesDiffer(target, allocation)) work.push(network.setRates(shaped(target)));
    return work;
  }

  return {
    allocation: () => allocation,
    apply(target) {
      const startedMs = performance.now();
      const done = (): ResizeOutcome => ({
        state: 'applied',
        actual: readBack(target),
        latencyMs: performance.now() - startedMs,
      });
      wantedMemoryBytes = target.memoryBytes;
      if (target.cpuCores !== allocation.cpuCores) cgroup?.setCpu(target.cpuCores);
      if (target.memoryBytes > allocation.memoryBytes) cgroup?.growMemory(target.memoryBytes);
      const pending = later(target);
      if (pending.length === 0) return done();
      const outcome = settle(pending, done, () => readBack(target));
      underWay = Promise.allSettled([underWay, outcome]);
      return outcome;
    },
    async settled() {
      await underWay;
    },
  };
}

async function settle(
  pending: readonly Promise<unknown>[],
  done: () => ResizeOutcome,
  actual: () => Allocation,
): Promise<ResizeOutcome> {
  const startedMs = performance.now();
  const failed = (await Promise.allSettled(pending)).find(({ status }) => status === 'rejected');
  if (!failed) return done();
  const { reason } = failed as PromiseRejectedResult;
  // EBUSY: the kernel could not reclaim that much. The limit stays; nothing is lost.
  const busy = (reason as { code?: string }).code === 'EBUSY';
  return {
    state: busy ? 'refused' : 'failed',
    actual: actual(),
    latencyMs: performance.now() - startedMs,
    message: reason instanceof Error ? reason.message : String(reason),
  };
}
