import type { ArrivalKind } from '#simulate/fleet/arrivals.ts';
import type { Within } from '#simulate/traces/to-demand.ts';

/** What `simulate` and `replay` have in common. */
export type SimulationOptions = {
  readonly policies: readonly string[];
  readonly latencyMs: number;
  /** A fixed interval between readings; absent: as the loop has it, shorter near a limit. */
  readonly samplingMs?: number;
  readonly cpuCores?: number;
  readonly memoryBytes?: number;
  readonly nodeCpuCores: number;
  readonly nodeMemoryBytes: number;
  readonly plot?: string;
  readonly json: boolean;
  readonly currentFolder: string;
};

/** Which priorities runs have, and how many of each there are to one of another. */
export type Priorities = readonly { readonly priority: number; readonly weight: number }[];

export type SimulateOptions = SimulationOptions & {
  readonly traces: readonly string[];
  readonly within: Within;
  readonly seed: number;
  readonly fleet?: {
    readonly arrivals: ArrivalKind;
    readonly instances: number;
    readonly nodes: number;
    readonly perSecond: number;
    readonly daySeconds: number;
    readonly patienceMs: number;
    readonly priorities: Priorities;
  };
};

export type ReplayOptions = SimulationOptions & { readonly id: string };

export type RawCommon = {
  readonly policy?: readonly string[];
  readonly latency: number;
  readonly sampling?: number;
  readonly cpu?: number;
  readonly memory?: number;
  readonly nodeCpu: number;
  readonly nodeMemory: number;
  readonly plot?: string;
  readonly json?: boolean;
};

export type RawSimulate = RawCommon & {
  readonly within: Within;
  readonly seed: number;
  readonly arrivals?: ArrivalKind;
  readonly instances: number;
  readonly nodes: number;
  readonly rate: number;
  readonly day: number;
  readonly patience: number;
  readonly priorities: Priorities;
};

const DEFAULT_POLICIES = ['predictive', 'threshold'] as const;

export function toCommon(raw: RawCommon): Omit<SimulationOptions, 'currentFolder'> {
  const { policy: policies = DEFAULT_POLICIES, sampling, cpu, memory, plot } = raw;
  return {
    policies,
    latencyMs: raw.latency,
    nodeCpuCores: raw.nodeCpu,
    nodeMemoryBytes: raw.nodeMemory,
    json: raw.json ?? false,
    ...(sampling !== undefined && { samplingMs: sampling }),
    ...(cpu !== undefined && { cpuCores: cpu }),
    ...(memory !== undefined && { memoryBytes: memory }),
    ...(plot !== undefined && { plot }),
  };
}

export function toSimulate(
  traces: readonly string[],
  raw: RawSimulate,
): Omit<SimulateOptions, 'currentFolder'> {
  const { within, seed, arrivals, instances, nodes, rate, day, patience, priorities } = raw;
  const fleet = arrivals && {
    arrivals,
    instances,
    nodes,
    perSecond: rate,
    daySeconds: day / 1000,
    patienceMs: patience,
    priorities,
  };
  return { ...toCommon(raw), traces, within, seed, ...(fleet && { fleet }) };
}
