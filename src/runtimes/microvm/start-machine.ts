import { setTimeout as sleep } from 'node:timers/promises';
import type { LaunchSpec } from '#model/launch.ts';
import { isAlive, sendSignal } from '../process/process-identity.ts';
import { GIVEN_MEMORY, writeStartScript } from './guest/script.ts';
import type { Image } from './image/store.ts';
import type { MicrovmOptions } from './options.ts';
import { problemOf } from './problem-of.ts';
import type { Made, Prepared } from './prepare.ts';
import { writeRecord, type MachineRecord } from './record.ts';
import { layoutOf } from './resize/layout.ts';
import { whyNoHardware } from './hardware-trial.ts';
import {
  connectMachine,
  readLog,
  startMonitor,
  type Connection,
  type Monitor,
} from './start-monitor.ts';
import { requireTemplate } from './template/require.ts';
import { discardTemplate, noteGoneOn, type Template } from './template/store.ts';
import type { Fallback, MachineSpec } from './vmm/types.ts';

const LOOK_EVERY_MS = 10;
const MOST_LOOKS = 500;
const NO_PLUG = {
  what: 'virtio-mem',
  instead: 'all memory up to its maximum is there from the boot, and a balloon takes it back',
};
const NO_TEMPLATE = {
  what: 'template',
  instead: 'it booted, which takes seconds longer',
};

export type MachineStartParts = {
  readonly options: MicrovmOptions;
  readonly spec: LaunchSpec;
  readonly image: Image;
  readonly stateFolder: string;
  readonly record: MachineRecord;
  readonly made: Made;
};

export type Started = {
  readonly connection: Connection;
  readonly record: MachineRecord;
  readonly monitor: Monitor;
  /** What it had to do without. */
  readonly fallbacks: readonly Fallback[];
};

/** Starts the monitor, from a template where that is possible, and waits for the guest's answer. */
export async function startMachine(parts: MachineStartParts, prepared: Prepared): Promise<Started> {
  const { options, image } = parts;
  const noPlug = image.lacks.includes('virtio_mem')
    ? 'its kernel has no driver'
    : await options.vmm.whyNoPlug();
  const fallbacks: Fallback[] = noPlug === undefined ? [] : [{ ...NO_PLUG, problem: noPlug }];
  const shape = shapeOf(parts);
  const whyEmulated = await whyNoHardware(options, image, shape);
  const processorsBy = whyEmulated === undefined ? 'best' : 'emulation';
  const request = { ...shape, processorsBy } as const;
  const found =
    options.templates && noPlug === undefined
      ? await requireTemplate(options, image, request)
      : undefined;
  const start = async (template?: Template): Promise<Started> => {
    const plugs = noPlug === undefined;
    const started = await startFrom(parts, prepared, { ...request, plugs }, template);
    const { machine } = started.connection;
    const without = await machine.fallbacks(readLog(parts.stateFolder), whyEmulated);
    return { ...started, fallbacks: [...without, ...fallbacks] };
  };
  if (found === undefined) return start();
  if ('problem' in found) {
    fallbacks.push({ ...NO_TEMPLATE, problem: found.problem });
    return start();
  }
  try {
    const started = await start(found.template);
    noteGoneOn(found.template);
    return started;
  } catch (error) {
    const problem = problemOf(error);
    await stopMonitor(parts.made);
    fallbacks.push({ ...NO_TEMPLATE, problem });
    const started = await start();
    // It was the template, then, that kept it from starting.
    await discardTemplate(found.template, problem);
    return started;
  }
}

function shapeOf({ image, record }: MachineStartParts) {
  const { processors, mostProcessors = processors } = record;
  const { bootBytes: bootMemoryBytes, mostPluggedBytes } = layoutOf(record);
  return {
    kernel: `${image.folder}/vmlinuz`,
    initrd: `${image.folder}/initrd`,
    rootImage: `${image.folder}/root.squashfs`,
    ...{ processors, mostProcessors, bootMemoryBytes, mostPluggedBytes },
  };
}

async function startFrom(
  { options, spec, stateFolder, record, made }: MachineStartParts,
  { shown }: Prepared,
  request: Omit<MachineSpec, 'stateFolder' | 'stdoutPath' | 'stderrPath' | 'start'>,
  template: Template | undefined,
): Promise<Omit<Started, 'fallbacks'>> {
  const command = await options.vmm.command({
    ...request,
    stateFolder,
    stdoutPath: `${stateFolder}/stdout`,
    stderrPath: `${stateFolder}/stderr`,
    start: template ? { kind: 'kept', memoryPath: GIVEN_MEMORY } : { kind: 'boot' },
  });
  const script = writeStartScript({
    ...{ stateFolder, shown, command, kept: spec.kept },
    procsFiles: made.cgroup?.procsFiles ?? [],
    netnsPath: made.network?.netnsPath,
    memoryPath: template?.memoryPath,
  });
  const monitor = startMonitor(stateFolder, script);
  made.monitor = monitor;
  const started = { ...record, monitor: monitor.identity };
  writeRecord(stateFolder, started);
  const { bootMemoryBytes } = request;
  const statePath = template?.statePath;
  const connection = await connectMachine(options.vmm, stateFolder, {
    monitor,
    bootMemoryBytes,
    statePath,
  });
  return { connection, monitor, record: started };
}

/** With the server of files, which has ended when another one may serve the same folder. */
async function stopMonitor({ monitor, cgroup }: Made): Promise<void> {
  if (monitor && isAlive(monitor.identity)) sendSignal(-monitor.identity.pid, 'SIGKILL');
  await monitor?.ended;
  for (let look = 0; look < MOST_LOOKS; look++) {
    const left = cgroup?.processIds() ?? [];
    if (left.length === 0) return;
    for (const pid of left) sendSignal(pid, 'SIGKILL');
    await sleep(LOOK_EVERY_MS);
  }
}
