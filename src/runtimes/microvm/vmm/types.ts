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
  /** Sockets of the shared folder's server, and files or pipes of the two streams. */
  readonly sharePath: string;
  readonly stdoutPath: string;
  readonly stderrPath: string;
  /** Name of the tap and its address; absent: no network. */
  readonly tap?: { readonly name: string; readonly mac: string };
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
  /** The guest has stopped by itself; the text is the end of what its kernel said. */
  readonly onDown: (receive: (text: string) => void) => void;
  /** What it does without on this host, as it found out; `log` is what its command printed. */
  readonly fallbacks: (log: string) => Promise<readonly Fallback[]>;
  readonly quit: () => Promise<void>;
  readonly close: () => void;
};
