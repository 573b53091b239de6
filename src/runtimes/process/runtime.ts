import type { LaunchSpec } from '#model/launch.ts';
import type { Runtime } from '../types.ts';
import { adoptInstance } from './adopt.ts';
import { launchInstance } from './launch.ts';
import { enforcementOf, type ProcessRuntimeOptions } from './options.ts';
import { discardInstance, findLeftovers, findOrphans, sweepInstances } from './sweep.ts';
import { PipeStock } from './pipe-stock.ts';
import { Starter } from './starter.ts';
import { CONTROLLER_FOLDER } from './this-controller.ts';
import { createTotalCpu } from './total-cpu.ts';
import { prepareWarm } from './warm/prepare.ts';
import { shapeOf } from './warm/shape.ts';

/** Sandboxed processes under cgroups of this machine: the embedded default. */
export function createProcessRuntime(
  settings: Omit<ProcessRuntimeOptions, 'starter' | 'pipes'>,
): Runtime {
  const starter = new Starter();
  const pipes = new PipeStock(settings.runtimeFolder, starter);
  const options = { ...settings, starter, pipes };
  return {
    kind: 'process',
    enforcement: enforcementOf(options.hierarchy),
    launch: (spec: LaunchSpec) => launchInstance(options, spec),
    warm: {
      shapeOf,
      prepare: (id, like, isAwaited) => prepareWarm(options, { id, like, isAwaited }),
    },
    adopt: (id: string) => adoptInstance(options, id),
    cpuUsecOfAll: createTotalCpu(options.hierarchy, CONTROLLER_FOLDER),
    orphans: () => findOrphans(options),
    discard: (id) => discardInstance(options, id),
    leftovers: () => findLeftovers(options),
    sweep: () => sweepInstances(options),
  };
}
