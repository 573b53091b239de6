import { attachCgroup } from '../process/cgroup/open.ts';
import { sweepNetwork } from '../process/network/sweep.ts';
import {
  listInstanceIds,
  removeStateFolder,
  stateFolderOf,
  sweepUnfinished,
} from '../process/instance-folders.ts';
import { isAlive } from '../process/process-identity.ts';
import type { SweptInstance } from '../types.ts';
import { cgroupSpec } from './cgroup-spec.ts';
import type { MicrovmOptions } from './options.ts';
import { readRecord, type MachineRecord } from './record.ts';
import { tearDown } from './tear-down.ts';

/** Machines whose controller was ended before it could remove them. */
export function findLeftovers(options: MicrovmOptions): readonly SweptInstance[] {
  return withoutController(options, ({ kept }) => kept === undefined);
}

/** Machines that are meant to outlive their controller, and did. */
export function findOrphans(options: MicrovmOptions): readonly SweptInstance[] {
  return withoutController(options, ({ kept }) => kept !== undefined);
}

export async function discardMachine(options: MicrovmOptions, id: string): Promise<void> {
  const stateFolder = stateFolderOf(options.runtimeFolder, id);
  const record = readRecord(stateFolder);
  await (record ? sweepOne(options, record, stateFolder) : removeStateFolder(stateFolder));
  await sweepNetwork(options.runtimeFolder, (other) => isNeeded(options, other));
}

/** Removes them, what still runs in them included. */
export async function sweepMachines(options: MicrovmOptions): Promise<readonly SweptInstance[]> {
  const leftovers = findLeftovers(options);
  for (const { id } of leftovers) {
    const stateFolder = stateFolderOf(options.runtimeFolder, id);
    const record = readRecord(stateFolder);
    if (record) await sweepOne(options, record, stateFolder);
  }
  await sweepUnfinished(options.runtimeFolder, (folder) => readRecord(folder) !== undefined);
  await sweepNetwork(options.runtimeFolder, (id) => isNeeded(options, id));
  return leftovers;
}

function withoutController(
  { runtimeFolder }: MicrovmOptions,
  matches: (record: MachineRecord) => boolean,
): readonly SweptInstance[] {
  return listInstanceIds(runtimeFolder).flatMap((id) => {
    const record = readRecord(stateFolderOf(runtimeFolder, id));
    if (!record || isAlive(record.controller) || !matches(record)) return [];
    return [{ id, controllerPid: record.controller.pid }];
  });
}

async function sweepOne(
  { hierarchy }: MicrovmOptions,
  record: MachineRecord,
  stateFolder: string,
): Promise<void> {
  const cgroup = attachCgroup(hierarchy, cgroupSpec(record, 1));
  await tearDown({ ...record, cgroup, network: undefined, stateFolder });
}

function isNeeded({ runtimeFolder }: MicrovmOptions, id: string): boolean {
  const record = readRecord(stateFolderOf(runtimeFolder, id));
  return record !== undefined && (record.kept !== undefined || isAlive(record.controller));
}
