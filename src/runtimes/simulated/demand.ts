/**
 * What a program would use if nothing held it up, along its own time: memory runs in straight lines
 * from knot to knot, rates hold from a knot to the next. One program; columns of equal length.
 */
export type Demand = {
  /** Ascending, the first 0; the last is the end of the program. */
  readonly atMs: Float64Array;
  readonly memoryBytes: Float64Array;
  readonly cpuCores: Float64Array;
  readonly ingressBitsPerSecond: Float64Array;
  readonly egressBitsPerSecond: Float64Array;
  /** The interval of the trace that begins at or before a knot: what was measured in one piece. */
  readonly interval: Int32Array;
  readonly intervalCount: number;
};

export type Knot = {
  readonly atMs: number;
  readonly memoryBytes: number;
  readonly cpuCores: number;
  readonly ingressBitsPerSecond?: number;
  readonly egressBitsPerSecond?: number;
  readonly interval: number;
};

export function toDemand(knots: readonly Knot[], intervalCount: number): Demand {
  const column = (read: (knot: Knot) => number) => Float64Array.from(knots, read);
  return {
    atMs: column((knot) => knot.atMs),
    memoryBytes: column((knot) => knot.memoryBytes),
    cpuCores: column((knot) => knot.cpuCores),
    ingressBitsPerSecond: column((knot) => knot.ingressBitsPerSecond ?? 0),
    egressBitsPerSecond: column((knot) => knot.egressBitsPerSecond ?? 0),
    interval: Int32Array.from(knots, (knot) => knot.interval),
    intervalCount,
  };
}

export function durationMs({ atMs }: Demand): number {
  return atMs.at(-1) ?? 0;
}

export function memoryAt(demand: Demand, knot: number, ms: number): number {
  const { atMs, memoryBytes } = demand;
  const [from, to] = [atMs[knot]!, atMs[knot + 1] ?? atMs[knot]!];
  const start = memoryBytes[knot]!;
  if (to <= from) return start;
  const share = Math.min(1, (ms - from) / (to - from));
  return start + ((memoryBytes[knot + 1] ?? start) - start) * share;
}
