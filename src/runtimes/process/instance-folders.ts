import { readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, basename } from 'node:path';
import { hasCode } from './cgroup/files.ts';
import { isAlive } from './process-identity.ts';
import { removeFolder } from './state-folder.ts';
import { CONTROLLER_FOLDER } from './this-controller.ts';

/** A controller of an older version makes its folder first and writes the record then. */
const RECORD_DEADLINE_MS = 30_000;
/** Instances' ids have no dot. */
const UNFINISHED = /^\..+\.c(\d+)-(\d+)$/;

export function stateFolderOf(runtimeFolder: string, id: string): string {
  return `${instancesFolder(runtimeFolder)}/${id}`;
}

export function listInstanceIds(runtimeFolder: string): readonly string[] {
  return entries(runtimeFolder).filter((name) => !name.startsWith('.'));
}

/**
 * Makes a state folder with all that `fill` writes into it, in one step: whoever is killed in the
 * middle leaves none that nobody's record is in.
 */
export function makeWhole(stateFolder: string, fill: (folder: string) => void): void {
  const unfinished = unfinishedName(stateFolder);
  fill(unfinished);
  renameSync(unfinished, stateFolder);
}

/** Removes a state folder; in one step it is no instance's any more. */
export async function removeStateFolder(stateFolder: string): Promise<void> {
  const unfinished = unfinishedName(stateFolder);
  try {
    renameSync(stateFolder, unfinished);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  await removeFolder(unfinished);
}

/** Removes what a controller that is gone was making or removing, and what has been no instance's for long. */
export async function sweepUnfinished(
  runtimeFolder: string,
  hasRecord: (stateFolder: string) => boolean,
): Promise<void> {
  for (const name of entries(runtimeFolder)) {
    const path = stateFolderOf(runtimeFolder, name);
    if (isAbandoned(name) || (!name.startsWith('.') && !hasRecord(path) && isOld(path)))
      await removeFolder(path);
  }
}

function isAbandoned(name: string): boolean {
  const [, pid, startTicks] = UNFINISHED.exec(name) ?? [];
  return pid !== undefined && !isAlive({ pid: Number(pid), startTicks: Number(startTicks) });
}

function isOld(path: string): boolean {
  const changedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return Date.now() - changedMs > RECORD_DEADLINE_MS;
}

function unfinishedName(stateFolder: string): string {
  return `${dirname(stateFolder)}/.${basename(stateFolder)}.${CONTROLLER_FOLDER}`;
}

function instancesFolder(runtimeFolder: string): string {
  return `${runtimeFolder}/instances`;
}

function entries(runtimeFolder: string): readonly string[] {
  try {
    return readdirSync(instancesFolder(runtimeFolder));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
