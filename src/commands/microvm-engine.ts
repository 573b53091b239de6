import { mkdirSync } from 'node:fs';
import { machinesFolder } from '#config/paths.ts';
import { loadConfig } from '#config/load.ts';
import { readNodeCapacity } from '#config/node-capacity.ts';
import { findHierarchy } from '#runtimes/process/cgroup/hierarchy.ts';
import { createMicrovmRuntime } from '#runtimes/microvm/runtime.ts';
import { QEMU } from '#runtimes/microvm/vmm/qemu/qemu.ts';
import {
  assembleEngine,
  openPaths,
  PROBES_FOLDER,
  type Engine,
  type Environment,
} from './engine.ts';

/** The engine whose instances are virtual machines of this host: in the same books as its processes. */
export function openMicrovmEngine(env: Environment): Engine {
  const config = loadConfig({ env });
  const paths = openPaths(env);
  const capacity = readNodeCapacity(config.node);
  const runtimeFolder = machinesFolder(paths.runtime);
  mkdirSync(runtimeFolder, { recursive: true, mode: 0o700 });
  const runtime = createMicrovmRuntime({
    hierarchy: findHierarchy(),
    runtimeFolder,
    imagesFolder: config.microvm.imagesFolder ?? `${paths.home}/images`,
    workFolder: `${paths.home}/work`,
    probesFolder: PROBES_FOLDER,
    vmm: QEMU,
    templates: config.microvm.templates,
    tell: (text) => tell(`image: ${text}`),
    mention: (text) => process.stderr.isTTY && tell(text),
  });
  return assembleEngine({
    config,
    paths,
    capacity,
    runtime,
    books: { path: paths.ledger, capacity },
  });
}

function tell(text: string): void {
  process.stderr.write(`limber: ${text}\n`);
}
