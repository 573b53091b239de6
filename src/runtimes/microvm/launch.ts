import { mkdirSync } from 'node:fs';
import type { LaunchSpec } from '#model/launch.ts';
import type { Launched } from '../types.ts';
import { DEFAULT_PACKAGES } from './image/build.ts';
import { requireImage } from './image/require.ts';
import { createMachineInstance } from './instance.ts';
import type { MicrovmOptions } from './options.ts';
import { prepareMachine, type Made } from './prepare.ts';
import { makeWhole, stateFolderOf } from '../process/instance-folders.ts';
import { writeRecord } from './record.ts';
import { newRecord } from './new-record.ts';
import { memoryLayout } from './resize/layout.ts';
import { plugFirst } from './resize/plug-first.ts';
import { connectMachine, readLog, startMonitor } from './start-monitor.ts';
import { tearDown } from './tear-down.ts';
import { readTotalUsec } from './total-usec.ts';

const NO_PLUG = {
  what: 'virtio-mem',
  instead: 'all memory up to its maximum is there from the boot, and a balloon takes it back',
};

/**
 * Boots a machine and starts the program in it when its limits are in force. What is made is written
 * down first, so that a controller that dies in between leaves nothing that cannot be found.
 */
export async function launchMachine(options: MicrovmOptions, spec: LaunchSpec): Promise<Launched> {
  const { imagesFolder, probesFolder, tell, runtimeFolder } = options;
  const packages = spec.machine?.packages ?? DEFAULT_PACKAGES;
  const record = newRecord(spec);
  const image = await requireImage({ imagesFolder, probesFolder, packages, tell });
  const stateFolder = stateFolderOf(runtimeFolder, spec.id);
  makeWhole(stateFolder, (folder) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeRecord(folder, record);
  });
  const made: Made = {};
  try {
    const script = await prepareMachine({ options, spec, image, stateFolder, record, made });
    return await boot({ options, spec, stateFolder, record, made, script });
  } catch (error) {
    made.connection?.link.close();
    made.connection?.machine.close();
    await tearDown({ ...made, monitor: made.monitor?.identity, stateFolder });
    throw error;
  }
}

async function boot(
  given: Omit<Parameters<typeof prepareMachine>[0], 'image'> & { readonly script: string },
): Promise<Launched> {
  const { options, spec, stateFolder, made } = given;
  const layout = memoryLayout(given.record.maxMemoryBytes);
  const monitor = startMonitor(stateFolder, given.script);
  made.monitor = monitor;
  const started = { ...given.record, monitor: monitor.identity };
  writeRecord(stateFolder, started);
  const connection = await connectMachine(options.vmm, stateFolder, {
    monitor,
    bootMemoryBytes: layout.bootBytes,
  });
  made.connection = connection;
  made.pipes?.closeEnds();
  const pluggedBytes = await plugFirst(connection.machine, layout, spec.initial.memoryBytes);
  const fallbacks = [
    ...(await connection.machine.fallbacks(readLog(stateFolder))),
    ...(made.noPlug === undefined ? [] : [{ ...NO_PLUG, problem: made.noPlug }]),
  ];
  const { cgroup, network } = made;
  const record = { ...started, bootUsec: readTotalUsec(cgroup) };
  writeRecord(stateFolder, record);
  const output = made.pipes?.output ?? { stdout: null, stderr: null };
  const instance = createMachineInstance({
    ...{ options, record, stateFolder, cgroup, network, layout, pluggedBytes, output },
    ...connection,
    monitor,
    fallbacks,
    initial: spec.initial,
    stdin: spec.stdin,
    release: () => tearDown({ cgroup, network, monitor: monitor.identity, stateFolder }),
  });
  connection.link.say('G');
  return { instance, output };
}
