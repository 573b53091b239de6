/**
 * One reading of an instance. Samplers write into an object that they are handed again and again,
 * so that a tick allocates nothing; whoever keeps a sample copies it.
 * Cumulative counters (`…Total`) and values over the last interval are named apart.
 */
export type Sample = {
  /** Monotonic milliseconds at which the reading was taken. */
  atMs: number;
  /** Milliseconds since the previous reading; 0 for the first. */
  intervalMs: number;

  cpuUsecTotal: number;
  /** CPU time per wall time over the interval, in cores. */
  cpuCoresUsed: number;
  throttledUsecTotal: number;
  throttledPeriodsTotal: number;
  /** Run-queue time lost to the quota per wall time over the interval, in cores. */
  cpuCoresThrottled: number;

  /** Everything charged to the instance, page cache included. */
  memoryBytes: number;
  /** What reclaim cannot take back without hurting: memoryBytes − memoryReclaimableBytes. */
  memoryWorkingSetBytes: number;
  /** Page cache that is not in use. */
  memoryReclaimableBytes: number;
  memoryPeakBytes: number;
  /** True while tasks sleep because the limit is reached (v1 under_oom; v2 over memory.high). */
  memoryStalled: boolean;
  memoryStalledMsTotal: number;
  /** Kernel OOM kills inside the instance. */
  oomKillsTotal: number;

  ingressBytesTotal: number;
  egressBytesTotal: number;
  ingressBitsPerSecond: number;
  egressBitsPerSecond: number;
  /** Bytes that wait in the shaper's queue. */
  ingressBacklogBytes: number;
  egressBacklogBytes: number;

  processCount: number;
  /** Forks that the process limit refused. */
  forksRefusedTotal: number;
};

export function emptySample(): Sample {
  return {
    atMs: 0,
    intervalMs: 0,
    cpuUsecTotal: 0,
    cpuCoresUsed: 0,
    throttledUsecTotal: 0,
    throttledPeriodsTotal: 0,
    cpuCoresThrottled: 0,
    memoryBytes: 0,
    memoryWorkingSetBytes: 0,
    memoryReclaimableBytes: 0,
    memoryPeakBytes: 0,
    memoryStalled: false,
    memoryStalledMsTotal: 0,
    oomKillsTotal: 0,
    ingressBytesTotal: 0,
    egressBytesTotal: 0,
    ingressBitsPerSecond: 0,
    egressBitsPerSecond: 0,
    ingressBacklogBytes: 0,
    egressBacklogBytes: 0,
    processCount: 0,
    forksRefusedTotal: 0,
  };
}
