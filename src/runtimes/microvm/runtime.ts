import { CONTROLLER_FOLDER } from '../process/this-controller.ts';
import { createTotalCpu } from '../process/total-cpu.ts';
import type { Runtime } from '../types.ts';
import { adoptMachine } from './adopt.ts';
import { launchMachine } from './launch.ts';
import { enforcementOf, type MicrovmOptions } from './options.ts';
import { prepareWarmMachine } from './warm/prepare.ts';
import { machineShapeOf } from './warm/shape.ts';
import { discardMachine, findLeftovers, findOrphans, sweepMachines } from './sweep.ts';

/** Virtual machines of this host, each with its own kernel: docs/guides/microvm.md. */
export function createMicrovmRuntime(options: MicrovmOptions): Runtime {
  return {
    kind: 'microvm',
    enforcement: enforcementOf(options.hierarchy),
    warm: {
      shapeOf: machineShapeOf,
      prepare: (id, like, isAwaited) => prepareWarmMachine(options, { id, like, isAwaited }),
    },
    launch: (spec) => launchMachine(options, spec),
    adopt: (id) => adoptMachine(options, id),
    cpuUsecOfAll: createTotalCpu(options.hierarchy, CONTROLLER_FOLDER),
    orphans: () => findOrphans(options),
    discard: (id) => discardMachine(options, id),
    leftovers: () => findLeftovers(options),
    sweep: () => sweepMachines(options),
  };
}
