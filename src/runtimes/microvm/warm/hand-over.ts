import { existsSync, renameSync } from 'node:fs';
import type { LaunchSpec } from '#model/launch.ts';
import { attachCgroup } from '../../process/cgroup/open.ts';
import { stateFolderOf } from '../../process/instance-folders.ts';
import { writeProbeFiles } from '../../process/state-folder.ts';
import { claimMessage } from '../../process/warm/claim-message.ts';
import { giveOutput, restoreFolder, swapFolder } from '../../process/warm/work-folder.ts';
import { cgroupSpec } from '../cgroup-spec.ts';
import { shareFolder } from '../guest/share.ts';
import type { ReadyMachine } from '../launch.ts';
import { newRecord } from '../new-record.ts';
import type { MicrovmOptions } from '../options.ts';
import { writeRecord } from '../record.ts';
import { readTotalUsec } from '../total-usec.ts';

type Warm = {
  /** Where its work folder and output are until then. */
  readonly folder: string;
  readonly ready: ReadyMachine;
};

/**
 * Makes a machine that waited that of an execution: files, names, the limits around it. When this
 * throws, the execution's files are as they were.
 */
export function handOverMachine(
  { runtimeFolder, hierarchy }: MicrovmOptions,
  { folder, ready }: Warm,
  spec: LaunchSpec,
): ReadyMachine {
  const stateFolder = stateFolderOf(runtimeFolder, spec.id);
  const record = {
    ...newRecord(spec),
    monitor: ready.monitor.identity,
    cgroupPath: ready.record.cgroupPath,
    workFolder: folder,
    bootUsec: readTotalUsec(ready.made.cgroup),
  };
  try {
    swapFolder(`${folder}/work`, spec.view.currentFolder);
    giveOutput(folder, spec);
    if (spec.probe) writeProbeFiles(`${shareFolder(ready.stateFolder)}/launch`, spec.probe);
    renameSync(ready.stateFolder, stateFolder);
    const terms = cgroupSpec(record, spec.initial.cpuCores, spec.cpuWeight);
    const cgroup = attachCgroup(hierarchy, terms);
    cgroup?.setTerms(terms);
    // From here on it outlives this process. One that dies before has it swept and begun anew.
    writeRecord(stateFolder, record);
    return { ...ready, record, stateFolder, made: { ...ready.made, cgroup } };
  } catch (error) {
    restoreFolder(spec.view.currentFolder);
    if (existsSync(stateFolder)) renameSync(stateFolder, ready.stateFolder);
    throw error;
  }
}

/** Names of files that the agent has to show now, a tab after each, a line's end, and the claim. */
export function claimFrame(spec: LaunchSpec): Buffer {
  const names = Object.keys(spec.probe?.files ?? {}).map((name) => `${name}\t`);
  return Buffer.concat([Buffer.from(`${names.join('')}\n`), claimMessage(spec)]);
}
