import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { hasCode, makeFolder, readProcessIds, writeKernelFile } from './files.ts';
import type { Hierarchy, V1Folders } from './types.ts';

const NEEDED = ['cpu', 'memory', 'pids'] as const;
const HINT =
  'Run as root, or in a delegated scope: systemd-run --user --scope -p Delegate=yes limber run …';
/** Nobody can be given a part of a v1 hierarchy safely. */
const V1_HINT = 'Run as root (sudo).';

type MountPoint = { readonly type: string; readonly folder: string; readonly options: string[] };

/**
 * Finds where this process may make cgroups: v1 controllers, else a v2 tree, else a reason.
 * On a machine with both (hybrid), whichever hierarchy holds the memory controller is the one.
 */
export function findHierarchy(
  mountInfo = readFileSync('/proc/self/mountinfo', 'utf8'),
  ownCgroups = readFileSync('/proc/self/cgroup', 'utf8'),
): Hierarchy {
  const mounts = parseMountInfo(mountInfo);
  return findV1(mounts) ?? findV2(mounts, ownCgroups);
}

function findV1(mounts: readonly MountPoint[]): Hierarchy | undefined {
  const folderOf = (controller: string): string | undefined =>
    mounts.find(({ type, options }) => type === 'cgroup' && options.includes(controller))?.folder;
  const [cpu, cpuacct, memory] = [folderOf('cpu'), folderOf('cpuacct'), folderOf('memory')];
  if (!cpu || !cpuacct || !memory) return undefined;
  const [pids, freezer] = [folderOf('pids'), folderOf('freezer')];
  const unwritable = [cpu, cpuacct, memory].find((folder) => !isWritable(folder));
  if (unwritable) return none(`the cgroup v1 folder ${unwritable} is not writable`, V1_HINT);
  const folders: V1Folders = {
    cpu: `${cpu}/limber`,
    cpuacct: `${cpuacct}/limber`,
    memory: `${memory}/limber`,
    pids: pids && `${pids}/limber`,
    freezer: freezer && isWritable(freezer) ? `${freezer}/limber` : undefined,
  };
  return { kind: 'v1', folders };
}

function findV2(mounts: readonly MountPoint[], ownCgroups: string): Hierarchy {
  const mount = mounts.find(({ type }) => type === 'cgroup2')?.folder;
  if (!mount) return none('no cgroup file system is mounted');
  const own = /^0::(.*)$/m.exec(ownCgroups)?.[1] ?? '/';
  // A run inside limber/host (see below) belongs to the scope above that folder.
  const ownFolder = `${mount}${own}`.replace(/\/limber\/host$/, '').replace(/\/$/, '');
  const parent = [mount, ownFolder].find(isDelegated);
  if (!parent)
    return none(`neither ${mount} nor the own cgroup ${ownFolder} is delegated to this user`);
  const missing = NEEDED.filter((name) => !readControllers(parent).includes(name));
  if (missing.length > 0) return none(`${parent} lacks the controllers ${missing.join(', ')}`);
  return prepareV2(parent);
}

/** Enables the controllers for children; a cgroup with processes must first move them to a leaf. */
function prepareV2(parent: string): Hierarchy {
  const folder = `${parent}/limber`;
  makeFolder(folder);
  try {
    enableControllers(parent);
  } catch (error) {
    if (!hasCode(error, 'EBUSY')) return none(`${parent}: ${(error as Error).message}`);
    makeFolder(`${folder}/host`);
    for (const pid of readProcessIds(`${parent}/cgroup.procs`)) {
      writeKernelFile(`${folder}/host/cgroup.procs`, pid);
    }
    enableControllers(parent);
  }
  enableControllers(folder);
  return { kind: 'v2', folder };
}

function enableControllers(folder: string): void {
  const enabled = readFileSync(`${folder}/cgroup.subtree_control`, 'latin1').split(/\s+/);
  const missing = NEEDED.filter((name) => !enabled.includes(name)).map((name) => `+${name}`);
  if (missing.length > 0) writeKernelFile(`${folder}/cgroup.subtree_control`, missing.join(' '));
}

function isDelegated(folder: string): boolean {
  return (
    existsSync(`${folder}/cgroup.procs`) &&
    isWritable(folder) &&
    isWritable(`${folder}/cgroup.procs`) &&
    isWritable(`${folder}/cgroup.subtree_control`)
  );
}

function readControllers(folder: string): readonly string[] {
  return readFileSync(`${folder}/cgroup.controllers`, 'latin1').trim().split(/\s+/);
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch (error) {
    if (hasCode(error, 'EACCES', 'ENOENT', 'EROFS', 'EPERM')) return false;
    throw error;
  }
}

function none(problem: string, hint = HINT): Hierarchy {
  return { kind: 'none', problem, hint };
}

/** Fields of proc_pid_mountinfo(5): … mount-point options … - type source super-options. */
function parseMountInfo(text: string): readonly MountPoint[] {
  return text.split('\n').flatMap((line) => {
    const [left, right] = line.split(' - ');
    const folder = left?.split(' ')[4];
    const [type, , options] = right?.split(' ') ?? [];
    if (!folder || !type?.startsWith('cgroup')) return [];
    return [{ type, folder: unescapeOctal(folder), options: (options ?? '').split(',') }];
  });
}

function unescapeOctal(text: string): string {
  return text.replace(/\\(\d{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
