import { setTimeout } from 'node:timers/promises';
import type { Instance } from '#model/instance.ts';
import {
  createInstance as createQuickInstance,
  type InstanceParts,
} from '#runtimes/process/instance.ts';

export { allocationText } from '#runtimes/process/instance.ts';

const ACTUATION_MS = Number(process.env['LIMBER_BENCH_ACTUATION_MS']);

/** A real instance whose limits are in force only some time after they were asked for, as in a pod or a virtual machine. */
export function createInstance(parts: InstanceParts): Instance {
  const instance = createQuickInstance(parts);
  return {
    ...instance,
    actuationLatencyMs: ACTUATION_MS,
    async resize(target) {
      await setTimeout(ACTUATION_MS);
      const outcome = await instance.resize(target);
      return { ...outcome, latencyMs: outcome.latencyMs + ACTUATION_MS };
    },
  };
}
