import { mkdirSync } from 'node:fs';
import type { LaunchSpec } from '#model/launch.ts';
import type { Launched } from '../types.ts';
import { DEFAULT_PACKAGES } from './image/build.ts';
import { requireImage } from './image/require.ts';
import { createMachineInstance } from './instance.ts';
import type { MicrovmOptions } from './options.ts';
import { prepareMachine, type Made, type Prepared } from './prepare.ts';
import { makeWhole, stateFolderOf } from '../process/instance-folders.ts';
import { writeRecord, type MachineRecord } from './record.ts';
import { newRecord } from './new-record.ts';
import { layoutOf, type MemoryLayout } from './resize/layout.ts';
import { plugFirst } from './resize/plug-first.ts';
import { startMachine, type MachineStartParts } from './start-machine.ts';
import type { Connection, Monitor } from './start-monitor.ts';
import { tearDown } from './tear-down.ts';
import { readTotalUsec } from './total-usec.ts';
import type { Fallback } from './vmm/types.ts';

/** A machine that is up and that of a run, whose program has not begun. */
export type ReadyMachine = {
  readonly record: MachineRecord;
  readonly stateFolder: string;
  readonly made: Made;
  readonly connection: Connection;
  readonly monitor: Monitor;
  readonly layout: MemoryLayout;
  readonly pluggedBytes: number;
  readonly fallbacks: readonly Fallback[];
};

/** Starts a machine, and the program in it when its limits are in force. */
export async function launchMachine(options: MicrovmOptions, spec: LaunchSpec): Promise<Launched> {
  const ready = await readyMachine(options, spec, newRecord(spec));
  const { made, stateFolder } = ready;
  const record = { ...ready.record, bootUsec: readTotalUsec(made.cgroup) };
  writeRecord(stateFolder, record);
  const launched = launchedIn(options, { ...ready, record }, spec);
  ready.connection.link.say('G');
  return launched;
}

/**
 * What is made is written down first, so that a controller that dies in between leaves nothing that
 * cannot be found.
 */
export async function readyMachine(
  options: MicrovmOptions,
  spec: LaunchSpec,
  record: MachineRecord,
): Promise<ReadyMachine> {
  const { imagesFolder, probesFolder, tell, runtimeFolder } = options;
  const packages = spec.machine?.packages ?? DEFAULT_PACKAGES;
  const image = await requireImage({ imagesFolder, probesFolder, packages, tell });
  const stateFolder = stateFolderOf(runtimeFolder, spec.id);
  makeWhole(stateFolder, (folder) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeRecord(folder, record);
  });
  const made: Made = {};
  const parts = { options, spec, image, stateFolder, record, made };
  try {
    return await furnish(parts, await prepareMachine(parts));
  } catch (error) {
    made.connection?.link.close();
    made.connection?.machine.close();
    await tearDown({ ...record, ...made, monitor: made.monitor?.identity, stateFolder });
    throw error;
  }
}

async function furnish(parts: MachineStartParts, prepared: Prepared): Promise<ReadyMachine> {
  const { spec, stateFolder, made } = parts;
  const { connection, record, monitor, fallbacks } = await startMachine(parts, prepared);
  made.connection = connection;
  const { machine, link } = connection;
  await machine.plug(prepared.plugs);
  await link.furnish();
  made.pipes?.closeEnds();
  const layout = layoutOf(record);
  const pluggedBytes = await plugFirst(machine, layout, spec.initial.memoryBytes);
  return { record, stateFolder, made, connection, monitor, layout, pluggedBytes, fallbacks };
}

/** The instance of a program that is about to begin. */
export function launchedIn(
  options: MicrovmOptions,
  { made, connection, ...ready }: ReadyMachine,
  spec: LaunchSpec,
): Launched {
  const { cgroup, network } = made;
  const { record, stateFolder, monitor } = ready;
  const output = made.pipes?.output ?? { stdout: null, stderr: null };
  const instance = createMachineInstance({
    ...{ options, cgroup, network, output },
    ...ready,
    ...connection,
    initial: spec.initial,
    stdin: spec.stdin,
    release: () => tearDown({ ...record, cgroup, network, monitor: monitor.identity, stateFolder }),
  });
  return { instance, output };
}
