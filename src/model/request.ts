import type { Allocation, Resource } from './allocation.ts';
import type { Budget, ScalingMode } from './constraints.ts';
import type { Aim } from './optimize.ts';
import type { PodPlacement } from './pod-placement.ts';
import type { Language, Mount, NetworkRule, ProbeMode } from './execution.ts';

/** What a user asks for, before anything of it was checked against the machine. */
export type RunRequest = {
  readonly program:
    | { readonly kind: 'script'; readonly path: string; readonly args: readonly string[] }
    | { readonly kind: 'command'; readonly argv: readonly string[] };
  /** Overrides what extension and first line say. */
  readonly language?: Language;
  /** What was learned under one name is not used under another. */
  readonly historyScope?: string;
  /** Absolute; relative paths of the request start here. */
  readonly currentFolder: string;
  readonly writableCurrentFolder?: boolean;
  /** The work folder is the current folder itself, instead of a view of it. */
  readonly inPlace?: boolean;
  /** Absolute path inside. */
  readonly workdir?: string;
  /** `host:guest[:ro|:rw]`, or taken apart already. */
  readonly mounts?: readonly (string | Mount)[];
  readonly env?: Readonly<Record<string, string>>;
  readonly rootfs?: string;
  /** For runs in pods. */
  readonly placement?: Partial<Omit<PodPlacement, 'tenant'>>;
  readonly network?: NetworkRule;
  readonly bounds?: {
    readonly min?: Partial<Allocation>;
    readonly max?: Partial<Allocation>;
    readonly initial?: Partial<Allocation>;
  };
  /** A built-in name, a path of a module, or a package. */
  readonly policy?: string;
  /** Overrides the configuration's aims. */
  readonly optimize?: Aim | Partial<Readonly<Record<Resource, Aim>>>;
  readonly probe?: ProbeMode;
  readonly priority?: number;
  readonly weight?: number;
  readonly tenant?: string;
  readonly budget?: Budget;
  readonly mode?: ScalingMode;
  readonly timeoutMs?: number;
  readonly graceMs?: number;
  readonly maxProcesses?: number;
  readonly maxOutputBytes?: number;
  readonly tmpBytes?: number;
  /** Once more, when its instance is gone and with it how it ended. */
  readonly retryLost?: boolean;
};
