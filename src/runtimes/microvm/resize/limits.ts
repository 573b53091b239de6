import type { Allocation } from '#model/allocation.ts';
import type { ResizeOutcome } from '#model/decision.ts';
import type { InstanceCgroup } from '../../process/cgroup/types.ts';
import type { InstanceNetwork } from '../../process/network/types.ts';
import type { Machine } from '../vmm/types.ts';
import type { GuestMemory, MemoryOutcome } from './memory.ts';
import { onlineFor } from './processors.ts';
import { ratesDiffer, shaped } from '../../process/network/shaped-rates.ts';

export type LimitParts = {
  readonly cgroup: InstanceCgroup | undefined;
  readonly network: InstanceNetwork | undefined;
  readonly memory: GuestMemory;
  /** Of which it has this many, and can be given as many. */
  readonly processors: number;
  readonly mostProcessors: number;
  readonly machine: Pick<Machine, 'addProcessors'>;
  readonly initial: Allocation;
  /** Asks the guest to have this many processors online. */
  readonly setOnline: (count: number) => void;
};

export type Limits = {
  readonly allocation: () => Allocation;
  readonly apply: (target: Allocation) => ResizeOutcome | Promise<ResizeOutcome>;
};

/**
 * What binds a machine: the quota of its monitor, the memory that its guest has, its shapers. CPU is
 * in force when the call returns: the guest's processors follow, and nothing waits for them.
 */
export function createLimits(parts: LimitParts): Limits {
  const { cgroup, network, memory, machine, setOnline } = parts;
  let cpuCores = parts.initial.cpuCores;
  let { processors } = parts;
  let online = processors;
  let asked = parts.initial;

  function setCpu(cores: number): void {
    cgroup?.setCpu(cores);
    cpuCores = cgroup?.readBack()?.cpuCores ?? cores;
    const wanted = onlineFor(cores, parts.mostProcessors);
    if (wanted > processors) addUpTo(wanted);
    if (wanted !== online) setOnline(wanted);
    online = wanted;
  }

  /** Where that fails, the next resize tries again. */
  function addUpTo(count: number): void {
    const before = processors;
    processors = count;
    machine.addProcessors(count).catch(() => (processors = before));
  }

  function allocation(): Allocation {
    const rates = network?.rates();
    return {
      cpuCores,
      memoryBytes: memory.allocatedBytes(),
      ingressBitsPerSecond: rates?.ingressBitsPerSecond ?? asked.ingressBitsPerSecond,
      egressBitsPerSecond: rates?.egressBitsPerSecond ?? asked.egressBitsPerSecond,
    };
  }

  setCpu(cpuCores);
  return {
    allocation,
    apply(target) {
      const startedMs = performance.now();
      const rates =
        network && ratesDiffer(target, asked) ? network.setRates(shaped(target)) : undefined;
      asked = target;
      if (target.cpuCores !== cpuCores) setCpu(target.cpuCores);
      const outcomeOf = ({ state, message }: MemoryOutcome): ResizeOutcome => ({
        state,
        actual: allocation(),
        latencyMs: performance.now() - startedMs,
        ...(message !== undefined && { message }),
      });
      const memoryOutcome = memory.resize(target.memoryBytes);
      if (!rates && !(memoryOutcome instanceof Promise)) return outcomeOf(memoryOutcome);
      return settle(memoryOutcome, rates, outcomeOf);
    },
  };
}

async function settle(
  memoryOutcome: MemoryOutcome | Promise<MemoryOutcome>,
  rates: Promise<unknown> | undefined,
  outcomeOf: (outcome: MemoryOutcome) => ResizeOutcome,
): Promise<ResizeOutcome> {
  try {
    const [settled] = await Promise.all([memoryOutcome, rates]);
    return outcomeOf(settled);
  } catch (error) {
    return outcomeOf({ state: 'failed', message: (error as Error).message });
  }
}
