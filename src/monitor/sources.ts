/** Where an instance's readings come from: kernel files, named in one place. */
export type CgroupSources =
  | {
      readonly version: 1;
      readonly cpuFolder: string;
      readonly cpuacctFolder: string;
      readonly memoryFolder: string;
      readonly pidsFolder: string | undefined;
    }
  | { readonly version: 2; readonly folder: string };

/** A network's counters and queues, as the runtime that made the network offers them. */
export type NetworkSource = {
  readonly ingressBytesPath: string;
  readonly egressBytesPath: string;
  /** Asks for the queue lengths; the answers land in `backlog` a little later. */
  readonly pollBacklog: () => void;
  readonly backlog: { readonly ingressBytes: number; readonly egressBytes: number };
};

/** Reads one instance into a sample. Lifecycle: open → read … → close. */
export type Sampler = {
  /**
   * False when the instance is gone. What changed since the last reading happened after
   * `quietUntilMs`: until then it is known to have been idle.
   */
  readonly read: (nowMs: number, quietUntilMs?: number) => boolean;
  /** Also what is usually read now and then. */
  readonly readEverything: (nowMs: number) => boolean;
  readonly cpuUsecTotal: () => number;
  /** Where the kernel acts: near it is looked for stalls. */
  memoryLimitBytes: number;
  /** What is reserved: near it is looked for what could be reclaimed. */
  memoryAllocationBytes: number;
  readonly close: () => void;
};
