/** In the state folder: the way to the agent. */
export const CONTROL_SOCKET = 'control.sock';

/** A virtual machine as it is to be started, before anything is known of who starts it. */
export type MachineSpec = {
  readonly kernel: string;
  readonly initrd: string;
  readonly rootImage: string;
  /** At boot, and the most that can be added to. */
  readonly processors: number;
  readonly mostProcessors: number;
  readonly bootMemoryBytes: number;
  /** What can be plugged in beyond that; whole blocks. */
  readonly mostPluggedBytes: number;
  /** False: all of it is there from the boot, and a balloon takes away what is not to be used. */
  readonly plugs: boolean;
  /** Holds the machine's sockets and pipes. */
  readonly stateFolder: string;
  /** Files or pipes of the two streams. */
  readonly stdoutPath: string;
  readonly stderrPath: string;
  readonly start: MachineStart;
  readonly processorsBy: ProcessorsBy;
};

/** The host's own processors where the monitor finds that it can use them, these only, or emulated ones. */
export type ProcessorsBy = 'best' | 'hardware' | 'emulation';

/** A machine boots, or boots to be kept as it is then, or goes on from one that was kept. */
export type MachineStart =
  | { readonly kind: 'boot' }
  /** The file becomes its memory at boot. */
  | { readonly kind: 'to-keep' | 'kept'; readonly memoryPath: string };

/** What belongs to one run, and is plugged into a machine that is up. */
export type Plugs = {
  /** The socket of the shared folder's server. */
  readonly sharePath: string;
  /** Name of the tap and its address; absent: no network. */
  readonly tap?: { readonly name: string; readonly mac: string } | undefined;
};

/**
 * The command that is the machine monitor: started by the runtime, which puts it under its limits.
 * Another one (docs/decisions/0017-microvm.md) is a second object of this kind.
 */
export type Vmm = {
  readonly name: string;
  /** Of what the command printed, why it ended. */
  readonly problemIn: (log: string) => string;
  readonly command: (spec: MachineSpec) => Promise<readonly string[]>;
  /** The host has what its own processors are used by; whether a guest runs on them is another matter. */
  readonly mayUseHardware: () => boolean;
  /** Names what a kept machine depends on beside its command: another one cannot go on from it. */
  readonly stateKind: () => Promise<string>;
  /** Why it cannot plug memory in here; undefined where it can. */
  readonly whyNoPlug: () => Promise<string | undefined>;
  /** Connects to a machine that runs, or is about to. One connection at a time is answered. */
  readonly connect: (machine: {
    readonly stateFolder: string;
    readonly isThere: () => boolean;
    readonly bootMemoryBytes: number;
  }) => Promise<Machine>;
};

/** Something better that was tried in vain, why, and what takes its place. */
export type Fallback = {
  readonly what: string;
  readonly problem: string;
  readonly instead: string;
};

/** What is said to a machine while it runs. Lifecycle: connect → (setPlugged)* → close or quit. */
export type Machine = {
  /** Asks the guest to hold this much beyond what it booted with; it answers in its own time. */
  readonly setPlugged: (bytes: number) => Promise<void>;
  /** What it holds now, as the monitor knows it without asking the guest. */
  readonly plugged: () => Promise<number>;
  readonly onPlugged: (receive: (bytes: number) => void) => void;
  /** Adds processors up to this many in all; the guest sees them in its own time. */
  readonly addProcessors: (count: number) => Promise<void>;
  readonly plug: (plugs: Plugs) => Promise<void>;
  /** Stops it, and writes all of it but its memory, of a machine that was started to be kept. */
  readonly keep: (statePath: string) => Promise<void>;
  /** Of one that was started to go on from there. */
  readonly goOn: (statePath: string) => Promise<void>;
  /** The guest has stopped by itself; the text is the end of what its kernel said. */
  readonly onDown: (receive: (text: string) => void) => void;
  /** What it does without on this host: as it found out, in `log`, or as is known. */
  readonly fallbacks: (log: string, whyEmulated?: string) => Promise<readonly Fallback[]>;
  readonly quit: () => Promise<void>;
  readonly close: () => void;
};
