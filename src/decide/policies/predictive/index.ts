import type { PredictiveSettings } from '#config/schema.ts';
import type { Allocation } from '#model/allocation.ts';
import type { Target } from '#model/decision.ts';
import type { Policy } from '../../policy.ts';
import type { Change } from './change.ts';
import { newCpuMemory } from './cpu-memory.ts';
import { decideCpu } from './cpu.ts';
import { decideMemory, newMemoryMemory } from './memory.ts';
import { decideNetwork } from './network.ts';

/** Each resource by its own evidence: memory does not buy CPU, and neither buys network. */
export function predictivePolicy(settings: PredictiveSettings): Policy {
  const cpuMemory = newCpuMemory();
  const memoryMemory = newMemoryMemory();
  const ingressMemory = { grownAtMs: 0 };
  const egressMemory = { grownAtMs: 0 };

  return {
    name: 'predictive',
    rests: true,
    decide(input) {
      const cpu = decideCpu(input, cpuMemory, settings);
      const memory = decideMemory(input, memoryMemory, settings);
      const ingress = decideNetwork(input, 'ingress', ingressMemory, settings);
      const egress = decideNetwork(input, 'egress', egressMemory, settings);
      if (!cpu && !memory && !ingress && !egress) return undefined;
      return combine(input.allocation, { cpu, memory, ingress, egress });
    },
  };
}

function combine(
  now: Allocation,
  changes: Readonly<Record<'cpu' | 'memory' | 'ingress' | 'egress', Change | undefined>>,
): Target {
  const made = Object.values(changes).filter((change) => change !== undefined);
  return {
    allocation: {
      cpuCores: changes.cpu?.to ?? now.cpuCores,
      memoryBytes: changes.memory?.to ?? now.memoryBytes,
      ingressBitsPerSecond: changes.ingress?.to ?? now.ingressBitsPerSecond,
      egressBitsPerSecond: changes.egress?.to ?? now.egressBitsPerSecond,
    },
    reasons: made.map(({ reason }) => reason),
    rolledBack: made.some(({ rolledBack }) => rolledBack === true),
  };
}
