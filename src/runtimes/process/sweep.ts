import type { SweptInstance } from '../types.ts';
import { attachCgroup } from './cgroup/open.ts';
import {
  listInstanceIds,
  removeStateFolder,
  stateFolderOf,
  sweepUnfinished,
} from './instance-folders.ts';
import { readRecord, type InstanceRecord } from './instance-record.ts';
import { cgroupSpec } from './launch.ts';
import { sweepNetwork } from './network/sweep.ts';
import { isAlive } from './process-identity.ts';
import type { ProcessRuntimeOptions } from './options.ts';
import { sweepPipes } from './pipe-stock.ts';
import { tearDown } from './tear-down.ts';

/** Instances whose controller was ended before it could remove them. */
export function findLeftovers(options: ProcessRuntimeOptions): readonly SweptInstance[] {
  return withoutController(options, ({ outlives }) => !outlives);
}

/** Instances that are meant to outlive their controller, and did. */
export function findOrphans(options: ProcessRuntimeOptions): readonly SweptInstance[] {
  return withoutController(options, ({ outlives }) => outlives ?? false);
}

export async function discardInstance(options: ProcessRuntimeOptions, id: string): Promise<void> {
  const stateFolder = stateFolderOf(options.runtimeFolder, id);
  const record = readRecord(stateFolder);
  await (record ? sweepOne(options, record, stateFolder) : removeStateFolder(stateFolder));
}

function withoutController(
  { runtimeFolder }: ProcessRuntimeOptions,
  matches: (record: InstanceRecord) => boolean,
): readonly SweptInstance[] {
  return listInstanceIds(runtimeFolder).flatMap((id) => {
    const record = readRecord(stateFolderOf(runtimeFolder, id));
    if (!record || isAlive(record.controller) || !matches(record)) return [];
    return [{ id, controllerPid: record.controller.pid }];
  });
}

/** Removes them, what still runs in them included. */
export async function sweepInstances(
  options: ProcessRuntimeOptions,
): Promise<readonly SweptInstance[]> {
  const leftovers = findLeftovers(options);
  for (const { id } of leftovers) {
    const stateFolder = stateFolderOf(options.runtimeFolder, id);
    const record = readRecord(stateFolder);
    if (record) await sweepOne(options, record, stateFolder);
  }
  await sweepUnfinished(options.runtimeFolder, (folder) => readRecord(folder) !== undefined);
  sweepPipes(options.runtimeFolder);
  await sweepNetwork(options.runtimeFolder, (id) => isNeeded(options, id));
  return leftovers;
}

async function sweepOne(
  options: ProcessRuntimeOptions,
  record: InstanceRecord,
  stateFolder: string,
): Promise<void> {
  await tearDown({
    cgroup: attachCgroup(options.hierarchy, cgroupSpec(record, { cpuCores: 1, memoryBytes: 1 })),
    shim: record.shim,
    stateFolder,
    workFolder: record.workFolder,
  });
}

function isNeeded({ runtimeFolder }: ProcessRuntimeOptions, id: string): boolean {
  const record = readRecord(stateFolderOf(runtimeFolder, id));
  return record !== undefined && (record.outlives === true || isAlive(record.controller));
}
