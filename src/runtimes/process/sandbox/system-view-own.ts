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
  { currentFolder, writableCurrentFolder }: FileView,
): readonly Placement[] {
  if (writableCurrentFolder && currentFolder === WORK_FOLDER) return [];
  if (!writableCurrentFolder && isNeverShownWhole(currentFolder))
    return [{ kind: 'scratch', guest: WORK_FOLDER }];
  const shows = writableCurrentFolder ? {} : { shows: currentFolder };
  const host = `${stateFolder}/merged`;
  return [{ kind: 'bind', host, guest: WORK_FOLDER, writable: true, ...shows }];
}

/**
 * Root's sandbox is still uid 0 to the kernel, without capabilities. Files in /proc that check the
 * owner only, as /proc/sys does (`test_perm` in fs/proc/proc_sysctl.c), would let it change the host:
 * a new core_pattern is a command that the host's root runs. bubblewrap covers them only where a
 * capability-aware access(2) says so, which misses /proc/sys. Each mount costs start time, so what
 * checks a capability by itself (kcore, kmsg, mtrr) is left alone.
 */
const READ_ONLY_PROC = ['sys', 'sysrq-trigger', 'fs', 'acpi', 'scsi', 'driver', 'dynamic_debug'];

/** Readable for uid 0, and about the host: names of keys, physical pages, kernel addresses. */
const EMPTY_PROC = ['keys', 'kpagecount', 'kpageflags', 'kpagecgroup', 'vmallocinfo'];

function processPlacements(host: HostFiles): readonly Placement[] {
  const proc: Placement = { kind: 'proc', guest: '/proc' };
  if (!host.isRoot) return [proc];
  const present = (names: readonly string[]) =>
    names.map((name) => `/proc/${name}`).filter((path) => host.look(path));
  return [
    proc,
    ...present(READ_ONLY_PROC).map((path) => readOnly(path)),
    ...present(EMPTY_PROC).map((path) => readOnly('/dev/null', path)),
  ];
}
