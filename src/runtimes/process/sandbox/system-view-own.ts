import { isNeverShownWhole } from '#model/shown-folders.ts';
import type { FileView } from '#model/launch.ts';
import type { HostFiles } from './system-view-host.ts';
import { readOnly, type Placement } from './system-view-placement.ts';

/** The private work folder, HOME of the program. */
export const WORK_FOLDER = '/work';

/** What belongs to the instance alone: work folder, /tmp, /run/limber, /proc, /dev. */
export function ownPlacements(
  stateFolder: string,
  view: FileView,
  host: HostFiles,
): readonly Placement[] {
  return [
    ...workFolder(stateFolder, view),
    { kind: 'bind', host: `${stateFolder}/tmp`, guest: '/tmp', writable: true },
    { kind: 'link', target: '/tmp', guest: '/var/tmp' },
    { kind: 'link', target: '/run', guest: '/var/run' },
    readOnly(`${stateFolder}/shared`, '/run/limber'),
    ...processPlacements(host),
    { kind: 'dev', guest: '/dev' },
    { kind: 'scratch', guest: '/dev/shm' },
    // How many processors and memory nodes there are; the rest of /sys tells only about the host.
    ...['/sys/devices/system/cpu', '/sys/devices/system/node'].flatMap((path) =>
      host.look(path) ? [readOnly(path)] : [],
    ),
  ];
}

/** A copy-on-write view of the current folder, unless that is one which must not be shown whole. */
function workFolder(
  stateFolder: string,
  { currentFolder, writableCurrentFolder, inPlace }: FileView,
): readonly Placement[] {
  if (inPlace) return [{ kind: 'bind', host: currentFolder, guest: WORK_FOLDER, writable: true }];
  if (writableCurrentFolder && currentFolder === WORK_FOLDER) return [];
  if (!writableCurrentFolder && isNeverShownWhole(currentFolder))
    return [{ kind: 'scratch', guest: WORK_FOLDER }];
  const shows = writableCurrentFolder ? {} : { shows: currentFolder };
  const host = `${stateFolder}/merged`;
  return [{ kind: 'bind', host, guest: WORK_FOLDER, writable: true, ...shows }];
}

/** Readable for uid 0, and about the host: names of keys, physical pages, kernel addresses. */
const EMPTY_PROC = ['keys', 'kpagecount', 'kpageflags', 'kpagecgroup', 'vmallocinfo', 'slabinfo'];

/**
 * Root's sandbox is still uid 0 to the kernel, without capabilities, and owns what /proc tells about
 * the host. Files that check the owner only (`test_perm` in fs/proc/proc_sysctl.c) would let it change
 * settings: a new core_pattern is a command that the host's root runs. And an owner may change modes,
 * which all mounts of /proc share (`proc_notify_change` in fs/proc/generic.c): meminfo could be taken
 * from every other user. So the whole of it is read-only. The price: no writing to what concerns the
 * program itself, as /proc/self/oom_score_adj or /proc/self/comm.
 */
function processPlacements(host: HostFiles): readonly Placement[] {
  if (!host.isRoot) return [{ kind: 'proc', guest: '/proc', writable: true }];
  const present = EMPTY_PROC.map((name) => `/proc/${name}`).filter((path) => host.look(path));
  return [
    { kind: 'proc', guest: '/proc', writable: false },
    ...present.map((path) => readOnly('/dev/null', path)),
  ];
}
