import type { Standstill } from '#model/instance.ts';
import type { CgroupSources } from '#monitor/sources.ts';

/** CPU and memory of one instance, as the kernel enforces them. */
export type CgroupLimits = { readonly cpuCores: number; readonly memoryBytes: number };

/**
 * The cgroups of one instance; both kernel versions behind one face.
 * Lifecycle: create → (the launcher writes 0 into every procsFile) → set … → remove.
 */
export type InstanceCgroup = {
  readonly version: 1 | 2;
  readonly sources: CgroupSources;
  /** Files into which a process writes `0` to put itself under the limits. */
  readonly procsFiles: readonly string[];
  /** What else binds it than the limits that move: weight, most processes, the maximum of memory. */
  readonly setTerms: (terms: CgroupTerms) => void;
  /** In force when it returns. */
  readonly setCpu: (cores: number) => void;
  /** In force when it returns: raising a limit never waits. */
  readonly growMemory: (bytes: number) => void;
  /** Lowering a limit reclaims memory inside the write, so it must not hold up the loop. */
  readonly shrinkMemory: (bytes: number) => Promise<void>;
  /** What the kernel holds now, Infinity where nothing is limited; undefined when it is gone. */
  readonly readBack: () => CgroupLimits | undefined;
  /** Calls back when the kernel reports memory pressure events, where it can. */
  readonly onPressure: (callback: () => void) => () => void;
  /** True when the kernel itself must end the instance at its maximum, false when Limber does. */
  readonly kernelEndsAtMaximum: boolean;
  /** How often the kernel killed something inside for lack of memory. */
  readonly oomKills: () => number;
  readonly processIds: () => readonly number[];
  readonly standstill?: Standstill;
  readonly remove: () => Promise<void>;
};

export type CgroupSpec = CgroupTerms & {
  /** Folder names below the hierarchy's `limber` folder: controller, then instance. */
  readonly path: string;
  readonly limits: CgroupLimits;
};

export type CgroupTerms = {
  readonly maxMemoryBytes: number;
  /** In the unit of `cpu.weight`; 100 is ordinary. */
  readonly cpuWeight: number;
  readonly maxProcesses: number;
};

/** Where cgroups can be made on this machine, or why they cannot. */
export type Hierarchy =
  | { readonly kind: 'v1'; readonly folders: V1Folders }
  | { readonly kind: 'v2'; readonly folder: string }
  | { readonly kind: 'none'; readonly problem: string; readonly hint: string };

export type V1Folders = {
  readonly cpu: string;
  readonly cpuacct: string;
  readonly memory: string;
  readonly pids: string | undefined;
  readonly freezer: string | undefined;
};
