import type { Allocation } from '#model/allocation.ts';
import type { ComplexityProfile } from '#model/complexity.ts';
import { formatBitsPerSecond, formatBytes, formatCpuCores } from '#model/quantities.ts';
import { apply, type Estimator } from './estimator.ts';
import { nearCertain } from './near-certain.ts';

/** What a start leaves above its structures: fragments, buffers, the program's own code. */
const MEMORY_MARGIN = 1.1;
/** A program that does little else than use the network starts at this many times the base. */
const NETWORK_GAIN = 4;

type PriorInput = {
  readonly profile: ComplexityProfile | undefined;
  readonly base: Allocation;
  readonly min: Allocation;
  /** What the language's interpreter holds before the code's own structures. */
  readonly interpreterBytes: number;
};

/** What the code itself says, before it ever ran. Without a profile the base stays. */
export function fromProfile({ profile, base, min, interpreterBytes }: PriorInput): Estimator {
  if (profile === undefined) return (sizing) => sizing;
  const { demand } = profile;
  const steps: readonly Estimator[] = [
    memoryOf(demand.peakMemoryBytes, base, interpreterBytes),
    cpuOf(demand.cpuCores, demand.idleShare, base),
    networkOf('ingressBitsPerSecond', demand.networkIntensity, base, min),
    networkOf('egressBitsPerSecond', demand.networkIntensity, base, min),
  ];
  return (sizing) => steps.reduce((sized, step) => step(sized), sizing);
}

type Demand = ComplexityProfile['demand'];

/**
 * memory = max(min(base, (interpreter + high) · 1.1), (interpreter + nearCertain) · 1.1).
 * Example, base 64 MiB, interpreter 10 MiB: a certain 800 MiB starts at 891 MiB; at most 5 MiB
 * starts at 16.5 MiB; 0 to 10 GiB, 100 MiB likely, starts at the base of 64 MiB.
 */
function memoryOf(
  demand: Demand['peakMemoryBytes'],
  base: Allocation,
  interpreterBytes: number,
): Estimator {
  const enough = (interpreterBytes + demand.high) * MEMORY_MARGIN;
  const certain = (interpreterBytes + nearCertain(demand, base.memoryBytes)) * MEMORY_MARGIN;
  const value = Math.ceil(Math.max(Math.min(base.memoryBytes, enough), certain));
  return (sizing) =>
    apply(sizing, {
      key: 'memoryBytes',
      value,
      estimator: 'prior',
      reason: `The code lets expect ${formatBytes(value)} of memory at the start: ${demand.reason}`,
    });
}

/**
 * cpu = max(base, nearCertain(cores) · (1 − idle.low)). Never below the base: starting up an
 * interpreter computes, and a start at a tenth of a core takes ten times as long.
 * Example, base 1: four certain cores that never wait → 4; one that waits 90 % → 1.
 */
function cpuOf(
  cores: Demand['cpuCores'],
  idleShare: Demand['idleShare'],
  base: Allocation,
): Estimator {
  const busy = nearCertain(cores, base.cpuCores) * (1 - idleShare.low);
  const value = Math.max(base.cpuCores, busy);
  return (sizing) =>
    apply(sizing, {
      key: 'cpuCores',
      value,
      estimator: 'prior',
      reason: `The code keeps ${formatCpuCores(value)} cores busy: ${cores.reason}`,
    });
}

/**
 * rate = base · (1 + 4 · nearCertain(intensity)); the minimum when the code cannot reach a network.
 * Example, base 20 Mbit/s: an intensity of 0.5 for certain → 60 Mbit/s.
 */
function networkOf(
  key: 'ingressBitsPerSecond' | 'egressBitsPerSecond',
  intensity: Demand['networkIntensity'],
  base: Allocation,
  min: Allocation,
): Estimator {
  const gain = 1 + NETWORK_GAIN * nearCertain(intensity, 1);
  const value = intensity.high > 0 ? Math.round(base[key] * gain) : Math.min(base[key], min[key]);
  const direction = key === 'ingressBitsPerSecond' ? 'incoming' : 'outgoing';
  return (sizing) =>
    apply(sizing, {
      key,
      value,
      estimator: 'prior',
      reason: `${formatBitsPerSecond(value)}bit/s ${direction}: ${intensity.reason}`,
    });
}
