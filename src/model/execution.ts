import type { Allocation } from './allocation.ts';
import type { Constraints } from './constraints.ts';
import type { ErrorCode } from './errors.ts';
import type { MachinePlacement } from './machine-placement.ts';
import type { PodPlacement } from './pod-placement.ts';

export const OUTCOMES = [
  'succeeded',
  'failed',
  'timed-out',
  'memory-exhausted',
  'budget-exhausted',
  'node-memory-exhausted',
  'output-exceeded',
  'disk-exhausted',
  'limits-lost',
  'cancelled',
  'lost',
] as const;

/** How an execution ended; `lost` = its controller ended without seeing the end. */
export type Outcome = (typeof OUTCOMES)[number];

export const LANGUAGES = [
  'python',
  'javascript',
  'typescript',
  'shell',
  'java',
  'go',
  'c',
  'cpp',
  'rust',
  'ruby',
  'php',
  'csharp',
  'unknown',
] as const;
export type Language = (typeof LANGUAGES)[number];

export type RuntimeKind = 'process' | 'microvm' | 'kubernetes' | 'simulated';

/** Those that users can choose. */
export const RUNNABLE_KINDS = ['process', 'microvm', 'kubernetes'] as const;
export type RunnableKind = (typeof RUNNABLE_KINDS)[number];

export const PROBE_MODES = ['auto', 'outside', 'off'] as const;
/**
 * How a program is looked into: by a probe beside it where its language has one, else from outside;
 * from outside alone; not at all.
 */
export type ProbeMode = (typeof PROBE_MODES)[number];

export type Mount = { readonly host: string; readonly guest: string; readonly writable: boolean };

export type NetworkRule = {
  readonly kind: 'none' | 'egress';
  /** Ports of the host's loopback that the instance reaches at `host.limber.internal`. */
  readonly hostPorts: readonly number[];
};

/** Absolute path of a script, and its arguments. */
export type Script = { readonly path: string; readonly args: readonly string[] };

/** What the user asked for, checked and complete. */
export type Submission = {
  /** Absolute path of the script, or undefined for a plain command. */
  readonly scriptPath?: string;
  /** argv as the user gave it; for a script, its arguments. */
  readonly args: readonly string[];
  /** The script that a command hands to an interpreter: it is read, the command stays as it is. */
  readonly commandScript?: Script;
  readonly language: Language;
  readonly currentFolder: string;
  readonly writableCurrentFolder: boolean;
  /** The work folder is the current folder itself: what the program changes in it stays. */
  readonly inPlace: boolean;
  readonly mounts: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
  readonly rootfs?: string;
  /** It runs in a pod: programs are those of its image. */
  readonly pod?: PodPlacement;
  /** It runs in a virtual machine: programs are those of its image. */
  readonly machine?: MachinePlacement;
  readonly network: NetworkRule;
  readonly constraints: Constraints;
  /** Sizes to start with where the user knows better than the estimate. */
  readonly initial?: Partial<Allocation>;
  /** Folder inside in which the program starts, where the user chose one. */
  readonly workingFolder?: string;
  /** A built-in name, an absolute path of a module, or a package. */
  readonly policy: string;
  readonly probe: ProbeMode;
  readonly timeoutMs?: number;
  readonly graceMs: number;
  readonly maxProcesses: number;
  readonly maxOutputBytes: number;
  readonly tmpBytes: number;
  /** Once more, when its instance is gone and with it how it ended. */
  readonly retryLost?: boolean;
  /** SHA-256 of what runs, byte for byte. */
  readonly fingerprint: string;
  /** SHA-256 of its tokens without comments, layout and names of literals. */
  readonly normalizedFingerprint: string;
};

/** The script whose code runs; undefined for a command that is not read. */
export function scriptOf(
  submission: Pick<Submission, 'scriptPath' | 'args' | 'commandScript'>,
): Script | undefined {
  const { scriptPath, args, commandScript } = submission;
  return scriptPath === undefined ? commandScript : { path: scriptPath, args };
}

/** Something the user should know that did not by itself decide the outcome. */
export type Note = { readonly code: ErrorCode; readonly text: string };
