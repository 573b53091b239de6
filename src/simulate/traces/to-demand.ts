import { toDemand, type Demand, type Knot } from '#runtimes/simulated/demand.ts';
import type { Random } from '../random.ts';
import type { Trace, TraceReading } from './trace.ts';

/**
 * What is taken to have happened between two readings, of which nothing is known:
 * `ramp`: memory went from one to the other in a straight line, the mildest that it can have been.
 * `burst`: a rise happened at once, at 1 GB/s, from a random moment between them on; a fall at
 * the same moment. CPU runs evenly in both.
 */
export type Within = 'ramp' | 'burst';
export const WITHIN = ['ramp', 'burst'] as const satisfies readonly Within[];

/** Programs were measured to fill memory at 1 to 3 GB/s. */
const BURST_BYTES_PER_MS = 1e6;

/** The same trace, model and random numbers give the same demand. */
export function traceToDemand(trace: Trace, within: Within, random: Random): Demand {
  const { readings } = trace;
  const knots: Knot[] = [];
  for (let index = 1; index < readings.length; index++) {
    const [from, to] = [readings[index - 1]!, readings[index]!];
    const interval = index - 1;
    knots.push(knot({ from, to, interval, atMs: from.atSeconds * 1000 }));
    if (within === 'burst') knots.push(...burst({ from, to, interval }, random));
  }
  const [before, last] = [readings.at(-2), readings.at(-1)];
  if (before && last) {
    const end = { from: last, to: last, interval: readings.length - 2 };
    knots.push(knot({ ...end, atMs: last.atSeconds * 1000 }));
  }
  return toDemand(knots, Math.max(0, readings.length - 1));
}

type Between = {
  readonly from: TraceReading;
  readonly to: TraceReading;
  readonly interval: number;
};

function knot({ from, to, interval, atMs }: Between & { readonly atMs: number }): Knot {
  return {
    atMs,
    memoryBytes: from.memoryBytes,
    cpuCores: to.cpuCores,
    ingressBitsPerSecond: to.ingressBitsPerSecond ?? 0,
    egressBitsPerSecond: to.egressBitsPerSecond ?? 0,
    interval,
  };
}

/** Where the rise begins and where it ends; it takes no more than the time between the readings. */
function burst(between: Between, random: Random): Knot[] {
  const { from, to } = between;
  const spanMs = (to.atSeconds - from.atSeconds) * 1000;
  const changeBytes = Math.abs(to.memoryBytes - from.memoryBytes);
  if (changeBytes === 0 || spanMs <= 0) return [];
  const riseMs = Math.min(spanMs, changeBytes / BURST_BYTES_PER_MS);
  const beginMs = from.atSeconds * 1000 + random() * (spanMs - riseMs);
  return [
    knot({ ...between, atMs: beginMs }),
    { ...knot({ ...between, atMs: beginMs + riseMs }), memoryBytes: to.memoryBytes },
  ];
}
