import { memoryAt } from '#runtimes/simulated/demand.ts';
import { randomFor } from '#simulate/random.ts';
import { traceToDemand, type Within } from '#simulate/traces/to-demand.ts';
import type { Trace } from '#simulate/traces/trace.ts';
import { taskOf } from '../agent-traces/read.ts';
import type { Reading, RecordedRun } from './readings.ts';

const STEP_MS = 50;
const SEED = 1;

/** A trace, read twenty times a second. */
export function runOfTrace(trace: Trace, within: Within): RecordedRun {
  const demand = traceToDemand(trace, within, randomFor(SEED, trace.id));
  const readings: Reading[] = [];
  const endMs = demand.atMs.at(-1) ?? 0;
  let knot = 0;
  for (let atMs = 0; atMs <= endMs; atMs += STEP_MS) {
    while (knot + 1 < demand.atMs.length && demand.atMs[knot + 1]! <= atMs) knot++;
    readings.push({
      atMs,
      intervalMs: atMs === 0 ? 0 : STEP_MS,
      cpuCores: demand.cpuCores[knot]!,
      memoryBytes: memoryAt(demand, knot, atMs),
      claims: undefined,
    });
  }
  return { id: trace.id, group: taskOf(trace), readings };
}
