import type { Readable } from 'node:stream';
import type { Allocation } from './allocation.ts';
import type { OutsideSources } from './outside.ts';
import type { Activity } from './phase.ts';
import type { ResizeOutcome } from './decision.ts';
import type { Note, RuntimeKind } from './execution.ts';
import type { Sample } from './sample.ts';

/** How the program ended, as its runtime saw it. */
export type Exit = {
  /** False when the sandbox could not be built or the command not be executed inside it. */
  readonly started: boolean;
  readonly exitCode?: number;
  readonly signal?: NodeJS.Signals;
  /** Set when the kernel or Limber ended it because its memory maximum was reached. */
  readonly memoryExhausted: boolean;
  /** Where it was ended below its maximum: the limit that was in force. */
  readonly memoryLimitBytes?: number;
  /** Bytes in use and size of the private /tmp at the end, where the runtime could tell. */
  readonly tmp?: { readonly usedBytes: number; readonly sizeBytes: number };
  /** Set when what it ran on is gone, and with it how the program ended. */
  readonly lost?: string;
  /** What the user should know of its end. */
  readonly notes?: readonly Note[];
};

/** `enforce` changes limits; `observe` can only watch, and says why. */
export type Enforcement =
  | {
      readonly kind: 'enforce';
      readonly cgroupVersion: 1 | 2;
      /** Where a change of a limit takes longer than a write to a kernel file. */
      readonly burstRoomBytes?: number;
    }
  | { readonly kind: 'observe'; readonly problem: string; readonly hint: string };

/** Programs fill new memory from system calls at 1–2 GB/s: this lasts until the second reading. */
const V1_BURST_BYTES = 64 * 2 ** 20;
/** Above `memory.high` a program is slowed at first by little. */
const V2_BURST_BYTES = 16 * 2 ** 20;

/**
 * How far the kernel's limit lies above the allocation, so that a burst lasts until it was seen and
 * reserved for. All instances of a node share the memory behind it
 * (docs/decisions/0008-shared-burst-room.md).
 */
export function burstRoomBytesOf(enforcement: Enforcement): number {
  if (enforcement.kind === 'observe') return 0;
  if (enforcement.burstRoomBytes !== undefined) return enforcement.burstRoomBytes;
  return enforcement.cgroupVersion === 1 ? V1_BURST_BYTES : V2_BURST_BYTES;
}

/** A new limit is in force as soon as it is written; elsewhere an agent, a monitor or a control plane takes its time. */
export function resizesAtOnce(enforcement: Enforcement): boolean {
  return enforcement.kind === 'enforce' && enforcement.burstRoomBytes === undefined;
}

/** At a cgroup v1 limit a page fault waits, but a system call that needs memory fails. */
export function failsAtLimit(enforcement: Enforcement): boolean {
  return enforcement.kind === 'enforce' && enforcement.cgroupVersion === 1;
}

/** Room between the allocation and the kernel's limit. Open at first; closed while the node is full. */
export type BurstRoom = {
  readonly bytes: number;
  /** What is used now is all that may be used, until something is granted again. */
  readonly close: () => void;
  readonly open: () => void;
};

/** How an instance gives memory back, or takes no more, when the node runs out of it. */
export type Standstill = {
  /** Gives back what the kernel keeps of files for it. */
  readonly reclaim: () => void;
  /** No process of it runs until `thaw`, or until it is ended. */
  readonly freeze: () => void;
  readonly thaw: () => void;
};

/**
 * The isolated thing that an execution runs in.
 * Lifecycle: launch (or adopt) → sample, resize, signal … → exited → release.
 */
export type Instance = {
  readonly id: string;
  readonly runtime: RuntimeKind;
  readonly enforcement: Enforcement;
  /** What the user should know of how it was made. */
  readonly notes?: readonly Note[];
  /** Milliseconds that a resize takes here, measured; the predictor's horizon adds it. */
  readonly actuationLatencyMs: number;
  /** Resolves once, when the program and everything it started are gone. */
  readonly exited: Promise<Exit>;
  readonly allocation: () => Allocation;
  /** The latest reading; the same object every time. */
  readonly reading: Sample;
  /**
   * Takes a reading; false when the instance is gone. Synchronous and free of allocation. When it is
   * known to have been idle until `quietUntilMs`, its rates are those of the time since.
   */
  readonly sample: (nowMs: number, quietUntilMs?: number) => boolean;
  /** Cheap check whether an idle instance woke: CPU microseconds used in all, or -1 when gone. */
  readonly cpuUsecTotal: () => number;
  /** Calls back when the kernel reports pressure between readings, where it can; returns the end of it. */
  readonly onPressure: (callback: () => void) => () => void;
  /** Absent where the kernel's limit is the allocation itself. */
  readonly burstRoom?: BurstRoom;
  /** Lets it use so many cores at once while it holds little; 0: no more than it holds. Absent where it cannot be let. */
  readonly wakeWith?: (cores: number) => void;
  /** Absent where the kernel offers none. */
  readonly standstill?: Standstill;
  /** Folders of the host's disks that the program can fill. */
  readonly writableFolders?: readonly string[];
  /** False when what enforces its limits is gone; absent where nothing does. */
  readonly hasLimits?: () => boolean;
  /** True when the kernel ends it at its memory maximum, false when it then stalls until Limber does. */
  readonly kernelEndsAtMaximum: boolean;
  /** Growth of CPU and memory is in force when this returns; what must converge resolves later. */
  readonly resize: (target: Allocation) => ResizeOutcome | Promise<ResizeOutcome>;
  /** Sends a signal to the program's foreground processes; `kill` ends every process at once. */
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly kill: () => void;
  /**
   * Lines that come from inside, of probes and of the program itself (docs/guides/probes.md):
   * untrusted, bounded in length and rate by the runtime. `answer` is there when the sender waits
   * for one. Returns the end of it.
   */
  readonly onMessage: (receive: MessageReceiver) => () => void;
  /** Tells the program its current allocation (a file it can read). */
  readonly publish: (activity: Activity) => void;
  /** Its standard input, where that was left open. */
  readonly input?: InstanceInput;
  /** What can be looked at from outside; absent where another kernel runs the program. */
  readonly outside?: OutsideSources;
  /** Removes everything that the instance used: cgroups, namespaces, mounts, files. */
  readonly release: () => Promise<void>;
};

export type InstanceInput = {
  /** Resolves when the program's pipe has taken all of it; false when nobody reads it any more. */
  readonly write: (bytes: Uint8Array) => Promise<boolean>;
  /** The program reads the end of its input. */
  readonly end: () => Promise<void>;
};

export type MessageReceiver = (line: string, answer?: (text: string) => void) => void;

/** The program's output; null for an instance that was adopted after its first controller ended. */
export type OutputStreams = {
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
};
