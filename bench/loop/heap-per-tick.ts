import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { rounded } from '../measure/statistics.ts';
import { makeFleet } from './fleet.ts';

const TICKS = 100_000;
const INSTANCES = 10;
/** Every idle instance is due again after this. */
const STEP_MS = 1000;

export type HeapPerTick = {
  readonly ticks: number;
  readonly usecPerTick: number;
  /** Live heap gained over all ticks, after garbage collection on both sides. */
  readonly keptBytes: number;
  /** Heap used up between two collections of garbage, per tick. */
  readonly garbageBytesPerTick: number;
  readonly collections: number;
};

/** Steps the loop by hand over idle instances, with a clock that jumps from due time to due time. */
export async function measureHeapPerTick(): Promise<HeapPerTick> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const fleet = makeFleet(INSTANCES);
  let collections = 0;
  const observer = new PerformanceObserver(
    (list) => void (collections += list.getEntries().length),
  );
  let nowMs = performance.now() + 1e6;
  const run = (ticks: number): void => {
    const until = fleet.meter.counts.samples + ticks;
    while (fleet.meter.counts.samples < until) fleet.controller.runOnce((nowMs += STEP_MS));
  };
  try {
    run(TICKS / 5);
    collect();
    const heapBefore = process.memoryUsage().heapUsed;
    observer.observe({ entryTypes: ['gc'] });
    const startedMs = performance.now();
    run(TICKS);
    const elapsedMs = performance.now() - startedMs;
    const heapAfter = process.memoryUsage().heapUsed;
    await turn();
    observer.disconnect();
    const collected = collections;
    collect();
    return {
      ticks: TICKS,
      usecPerTick: rounded((elapsedMs * 1000) / TICKS),
      keptBytes: process.memoryUsage().heapUsed - heapBefore,
      garbageBytesPerTick: rounded((heapAfter - heapBefore) / TICKS),
      collections: collected,
    };
  } finally {
    await fleet.dissolve();
  }
}
