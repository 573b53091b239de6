/** Windows that may be changed while a run goes on. */
export type TrendSettings = {
  readonly cpuWindowMs: number;
  readonly memoryWindowMs: number;
  readonly networkWindowMs: number;
  readonly memorySafety: number;
};
