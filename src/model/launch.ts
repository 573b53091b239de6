import type { Allocation } from './allocation.ts';
import type { Language, Mount, NetworkRule } from './execution.ts';
import type { MachinePlacement } from './machine-placement.ts';
import type { PodPlacement } from './pod-placement.ts';

/** Everything a runtime needs to start one program; paths in `view` are those of the host. */
export type LaunchSpec = {
  readonly id: string;
  /** The command as it is executed inside the sandbox, interpreter first. */
  readonly argv: readonly string[];
  /** Where an interpreter runs a script: a language, and the first words of argv, up to the script. */
  readonly script?: ScriptStart;
  /** The complete environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  readonly view: FileView;
  readonly network: NetworkRule;
  /** First allocation; Infinity where a quantity is not limited (policy `unlimited`). */
  readonly initial: Allocation;
  readonly maxMemoryBytes: number;
  /** How far the kernel's memory limit lies above the allocation, at most up to the maximum. */
  readonly burstRoomBytes: number;
  /** What the scheduler weighs it with, in the unit of cgroup v2's `cpu.weight`; 100 where absent. */
  readonly cpuWeight?: number;
  readonly maxProcesses: number;
  readonly tmpBytes: number;
  /** What probes find beside the FIFO, by file name below /run/limber; absent: no probe. */
  readonly probe?: { readonly folder: string; readonly files: Readonly<Record<string, string>> };
  /** `open`: a pipe that takes what comes later, through the instance's `input`. */
  readonly stdin: 'inherit' | 'ignore' | 'open' | { readonly path: string };
  /** The interpreter waits for its execution, which it is told of at a FIFO. */
  readonly awaitsClaim?: boolean;
  /** Absent: the output goes to the controller, and the instance ends with it. */
  readonly kept?: KeptOutput;
  /** For the `kubernetes` runtime: what the pod is made from, and where it may run. */
  readonly pod?: PodPlacement;
  /** For the `microvm` runtime: what the machine is made from. */
  readonly machine?: MachinePlacement;
};

/** What interpreters, their loaders and their libraries read when they start; later is too late. */
const READ_AT_START =
  /^(PYTHON|NODE_|LD_|GLIBC_|MALLOC_|UV_|LC_|OPENSSL_|SSL_|ICU_)|^(LANG|LANGUAGE|TZ|HOME)$/;

export function isReadAtStart(variable: string): boolean {
  return READ_AT_START.test(variable);
}

export type ScriptStart = {
  readonly language: Language;
  readonly words: number;
  /** False where the user's environment changes how the interpreter itself starts. */
  readonly isPlain: boolean;
};

/**
 * Where the output is written beside the controller: then the instance outlives it, nothing of its
 * output is lost, and only a controller that adopts it may clean up after it.
 */
export type KeptOutput = {
  readonly stdoutPath: string;
  readonly stderrPath: string;
  /** Of each; the kernel ends a stream that has become longer. */
  readonly maxBytes: number;
};

/** What the program sees of the host's files. */
export type FileView = {
  readonly currentFolder: string;
  /** True: the program works in the current folder itself and may change it. */
  readonly writableCurrentFolder: boolean;
  /** True: the private work folder is the current folder itself, which is shown nowhere else. */
  readonly inPlace: boolean;
  /** Folder inside in which the program starts; by default its private work folder. */
  readonly workingFolder: string;
  readonly mounts: readonly Mount[];
  /** Folders of interpreters and tools outside the system folders, shown read-only at their place. */
  readonly toolFolders: readonly string[];
  /** Files (a script outside the current folder) shown read-only at their place. */
  readonly files: readonly string[];
  readonly rootfs?: string;
  /** Folders of Limber itself that must stay invisible. */
  readonly hiddenFolders: readonly string[];
};
