import type { Enforcement } from '#model/instance.ts';
import type { Hierarchy } from './cgroup/types.ts';
import type { PipeStock } from './pipe-stock.ts';
import type { Starter } from './starter.ts';

export type ProcessRuntimeOptions = {
  readonly hierarchy: Hierarchy;
  /** On tmpfs; what is in it concerns only instances that live now. */
  readonly runtimeFolder: string;
  /** On disk; holds the changes that programs make to their view of the current folder. */
  readonly workFolder: string;
  readonly shimPath: string;
  /** Start shims without holding up this process; made once for a runtime. */
  readonly starter: Starter;
  readonly pipes: PipeStock;
};

export function enforcementOf(hierarchy: Hierarchy): Enforcement {
  if (hierarchy.kind === 'v1') return { kind: 'enforce', cgroupVersion: 1 };
  if (hierarchy.kind === 'v2') return { kind: 'enforce', cgroupVersion: 2 };
  return { kind: 'observe', problem: hierarchy.problem, hint: hierarchy.hint };
}
