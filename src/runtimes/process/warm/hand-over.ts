import { copyFileSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { LaunchSpec } from '#model/launch.ts';
import { kernelLimits, withBurstRoom, type RoomyCgroup } from '../burst-room.ts';
import { attachCgroup } from '../cgroup/open.ts';
import { allocationText } from '../instance.ts';
import { stateFolderOf } from '../instance-folders.ts';
import { cgroupSpec, newRecord, type Sandbox } from '../launch.ts';
import type { ProcessRuntimeOptions } from '../options.ts';
import { writeProbeFiles } from '../state-folder.ts';
import { giveOutput, restoreFolder, swapFolder } from './work-folder.ts';

type Warm = {
  /** Where its work folder, input and output are until then. */
  readonly folder: string;
  readonly sandbox: Sandbox;
};

/**
 * Makes a sandbox that was prepared that of an execution: files, names, limits. All of it is done
 * when this returns, and the program has not begun. When it throws, the execution's files are as they
 * were.
 */
export function handOver(options: ProcessRuntimeOptions, warm: Warm, spec: LaunchSpec): Sandbox {
  const stateFolder = stateFolderOf(options.runtimeFolder, spec.id);
  const { sandbox, folder } = warm;
  const planned = newRecord(options, spec, stateFolder);
  const record = {
    ...planned,
    shim: sandbox.record.shim!,
    cgroupPath: sandbox.record.cgroupPath,
    workFolder: folder,
  };
  try {
    giveFiles(folder, spec);
    if (spec.probe) writeProbeFiles(`${sandbox.stateFolder}/shared`, spec.probe);
    const told = `${allocationText(spec.initial, 'starting')}\n`;
    writeFileSync(`${sandbox.stateFolder}/shared/allocation.json`, told);
    rmSync(`${sandbox.stateFolder}/shared/claim`);
    renameSync(sandbox.stateFolder, stateFolder);
    sandbox.shim.channel.moveTo(stateFolder);
    const cgroup = rebind(options, record, spec);
    return { ...sandbox, stateFolder, record, cgroup };
  } catch (error) {
    restoreFolder(spec.view.currentFolder);
    if (existsSync(stateFolder)) renameSync(stateFolder, sandbox.stateFolder);
    throw error;
  }
}

function giveFiles(folder: string, spec: LaunchSpec): void {
  const { view, stdin } = spec;
  swapFolder(`${folder}/work`, view.currentFolder);
  if (typeof stdin === 'object') {
    copyFileSync(stdin.path, `${folder}/stdin`);
    renameSync(`${folder}/stdin`, stdin.path);
  }
  giveOutput(folder, spec);
}

/** Its limits are in force before it is told to begin. */
function rebind(
  { hierarchy }: ProcessRuntimeOptions,
  record: Sandbox['record'],
  spec: LaunchSpec,
): RoomyCgroup | undefined {
  const limits = kernelLimits(spec.initial, spec);
  const terms = cgroupSpec(record, limits, spec.cpuWeight);
  const cgroup = attachCgroup(hierarchy, terms);
  if (cgroup === undefined) return undefined;
  cgroup.setTerms(terms);
  cgroup.setCpu(limits.cpuCores);
  cgroup.growMemory(limits.memoryBytes);
  return withBurstRoom(cgroup, spec, spec.initial);
}
