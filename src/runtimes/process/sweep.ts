import { statSync } from 'node:fs';
import type { SweptInstance } from '../types.ts';
import { attachCgroup } from './cgroup/open.ts';
import { instancesFolder, listInstanceIds, readRecord, type InstanceRecord } from './instance-record.ts';
import { cgroupSpec } from './launch.ts';
import { sweepNetwork } from './network/sweep.ts';
import { isAlive } from './process-identity.ts';
import type { ProcessRuntimeOptions } from './options.ts';
import { removeFolder } from './state-folder.ts';
import { tearDown } from './tear-down.ts';

/** A folder without a record belongs to a controller that is about to write it, or died before. */
const RECORD_DEADLINE_MS = 30_000;

/** Removes what is left of instances whose controller was ended before it could do so. */
export async function sweepInstances(options: ProcessRuntimeOptions): Promise<readonly SweptInstance[]> {
  const swept: SweptInstance[] = [];
  for (const id of listInstanceIds(options.runtimeFolder)) {
    const stateFolder = `${instancesFolder(options.runtimeFolder)}/${id}`;
    const record = readRecord(stateFolder);
    if (!record) removeStale(stateFolder);
    else if (!isAlive(record.controller)) {
      await sweepOne(options, record, stateFolder);
      swept.push({ id, controllerPid: record.controller.pid });
    }
  }
  await sweepNetwork(options.runtimeFolder, (id) => hasLiveController(options, id));
  return swept;
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

function hasLiveController({ runtimeFolder }: ProcessRuntimeOptions, id: string): boolean {
  const record = readRecord(`${instancesFolder(runtimeFolder)}/${id}`);
  return record !== undefined && isAlive(record.controller);
}

function removeStale(stateFolder: string): void {
  const ageMs = Date.now() - (statSync(stateFolder, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  if (ageMs > RECORD_DEADLINE_MS) removeFolder(stateFolder);
}
