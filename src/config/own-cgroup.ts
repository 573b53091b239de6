import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Folders from this process's cgroup up to the top that it can see, per controller. */
export type OwnCgroup = { readonly version: 1 | 2; readonly folders: readonly string[] };

type Mount = { readonly root: string; readonly point: string };

/**
 * Finds this process's cgroup for a controller, v1 first (a hybrid host has v1 controllers and a
 * v2 mount without them); undefined where none is mounted. `machineRoot` is `/` but in tests.
 */
export function ownCgroup(controller: string, machineRoot = '/'): OwnCgroup | undefined {
  const memberships = readLines(join(machineRoot, 'proc/self/cgroup'));
  const mounts = readLines(join(machineRoot, 'proc/self/mountinfo'));
  const v1 = memberships.find((line) => line.split(':')[1]?.split(',').includes(controller));
  const version = v1 === undefined ? 2 : 1;
  const path = (v1 ?? memberships.find((line) => line.startsWith('0::')))?.split(':')[2];
  const mount = findMount(mounts, version, controller);
  if (path === undefined || mount === undefined) return undefined;
  const top = join(machineRoot, mount.point);
  return { version, folders: foldersUpTo(top, join(top, relative(mount.root, path))) };
}

/**
 * proc_pid_mountinfo(5): fields 4 and 5 are the root within the file system and the mount point;
 * after the separator come the type, the source and the super options, where v1 names controllers.
 */
function findMount(
  lines: readonly string[],
  version: 1 | 2,
  controller: string,
): Mount | undefined {
  for (const line of lines) {
    const [before = '', after = ''] = line.split(' - ');
    const [type, , options = ''] = after.split(' ');
    const matches =
      version === 2
        ? type === 'cgroup2'
        : type === 'cgroup' && options.split(',').includes(controller);
    const [, , , root, point] = before.split(' ');
    if (matches && root !== undefined && point !== undefined) return { root, point };
  }
  return undefined;
}

/** In a container the path may lie outside of what is mounted: then the top is all there is. */
function foldersUpTo(top: string, own: string): readonly string[] {
  const isVisible = statSync(own, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isVisible || relative(top, own).startsWith('..')) return [top];
  const folders = [own];
  for (let folder = own; folder !== top;) {
    folder = dirname(folder);
    folders.push(folder);
  }
  return folders;
}

function readLines(path: string): readonly string[] {
  return readFileSync(path, 'utf8').split('\n').filter(Boolean);
}
