import type { Allocation } from '#model/allocation.ts';
import type { PolicyName, ScalingMode } from '#model/constraints.ts';
import type { Language, NetworkRule, ProbeMode } from '#model/execution.ts';

export type GivenFile = { readonly path: string; readonly content: Buffer };

/** One that was sent before, by its id, or the bytes of one. */
export type GivenArchive = { readonly id: string } | { readonly content: Buffer };

/** What a client asks to be run, checked for its form. */
export type ExecutionRequest = {
  readonly program:
    | { readonly kind: 'script'; readonly path: string; readonly args: readonly string[] }
    | { readonly kind: 'command'; readonly argv: readonly string[] };
  readonly files: readonly GivenFile[];
  /** Unpacked into the work folder, after the files. */
  readonly archive?: GivenArchive;
  readonly language?: Language;
  readonly env: Readonly<Record<string, string>>;
  /** What it reads; `open`: what is sent to it while it runs. */
  readonly stdin?: Buffer | 'open';
  readonly labels: Readonly<Record<string, string>>;
  readonly network: NetworkRule['kind'];
  readonly probe?: ProbeMode;
  readonly initial?: Partial<Allocation>;
  readonly timeoutMs?: number;
  readonly graceMs?: number;
  readonly maxProcesses?: number;
  readonly maxOutputBytes: number;
  readonly tmpBytes?: number;
  readonly retryLost?: boolean;
  readonly scaling: Scaling;
};

/** Everything of an execution's scaling that can be asked for, at its start and while it runs. */
export type Scaling = {
  readonly priority?: number;
  readonly mode?: ScalingMode;
  readonly min?: Partial<Allocation>;
  readonly max?: Partial<Allocation>;
  /** Built in, or the name of one of the tenant's own. */
  readonly policy?: PolicyName | (string & {});
  /** Over what the configuration, or the named policy, says. */
  readonly settings?: PolicySettings;
  readonly weight?: number;
  readonly budget?: AskedBudget;
};

/** What it may cost in all; null takes away what was asked before. */
export type AskedBudget = {
  readonly coreSeconds?: number | null;
  readonly gibibyteSeconds?: number | null;
  readonly networkBytes?: number | null;
};

/** As `limber set` has them: `predictive.cpuMargin` is `1.3`. */
export type PolicySettings = Readonly<Record<string, string | number | boolean>>;
