/** Usage of one program as it was measured: readings in the order of time, the first at 0. */
export type Trace = {
  readonly id: string;
  readonly readings: readonly TraceReading[];
};

export type TraceReading = {
  readonly atSeconds: number;
  readonly memoryBytes: number;
  /** Cores, as a mean since the reading before. */
  readonly cpuCores: number;
  readonly ingressBitsPerSecond?: number;
  readonly egressBitsPerSecond?: number;
};
