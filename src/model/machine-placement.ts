/** The virtual machine of an execution. */
export type MachinePlacement = {
  /** Debian packages of its image. */
  readonly packages: readonly string[];
  /** It is made with this many processors, rounded up; the host's where infinite. */
  readonly maxCpuCores: number;
};
