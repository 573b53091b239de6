import type { LaunchSpec } from '#model/launch.ts';
import type { Runtime } from '../types.ts';
import { adoptInstance } from './adopt.ts';
import { launchInstance } from './launch.ts';
import { enforcementOf, type ProcessRuntimeOptions } from './options.ts';
import { sweepInstances } from './sweep.ts';

/** Sandboxed processes under cgroups of this machine: the embedded default. */
export function createProcessRuntime(options: ProcessRuntimeOptions): Runtime {
  return {
    kind: 'process',
    enforcement: enforcementOf(options.hierarchy),
    launch: (spec: LaunchSpec) => launchInstance(options, spec),
    adopt: (id: string) => adoptInstance(options, id),
    sweep: () => sweepInstances(options),
  };
}
