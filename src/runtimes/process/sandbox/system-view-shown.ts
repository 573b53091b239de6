import { posix } from 'node:path';
import type { FileView } from '#model/launch.ts';
import { isInside, isNeverShownWhole } from '#model/shown-folders.ts';
import type { HostFiles } from './system-view-host.ts';
import { readOnly, type Placement } from './system-view-placement.ts';

/** The user's files: tools, the current folder, single files, mounts, each at its place. */
export function shownPlacements(view: FileView, host: HostFiles): readonly Placement[] {
  const { currentFolder, writableCurrentFolder: writable } = view;
  const current: Placement = { kind: 'bind', host: currentFolder, guest: currentFolder, writable };
  return [
    ...view.toolFolders.filter((path) => host.look(path)).map((path) => readOnly(path)),
    ...(isNeverShownWhole(currentFolder) ? [] : [current]),
    ...view.files.map((path) => readOnly(path)),
    ...view.mounts.map((mount): Placement => ({ kind: 'bind', ...mount })),
  ];
}

/**
 * Limber's own folders, covered wherever something that is shown would bring them along, at whatever
 * path that is. What an instance is given out of them on purpose is not affected: it lies inside of
 * them, and they do not lie inside of it.
 */
export function hiddenPlacements(
  placements: readonly Placement[],
  hiddenFolders: readonly string[],
  host: HostFiles,
): readonly Placement[] {
  const existing = hiddenFolders.filter((folder) => host.look(folder));
  return placements.flatMap((placement) => {
    if (placement.kind !== 'bind') return [];
    const origin = placement.shows ?? placement.host;
    return existing
      .filter((folder) => isInside(folder, origin))
      .map((folder): Placement => {
        const guest = posix.join(placement.guest, posix.relative(origin, folder));
        return { kind: 'sealed', readable: false, guest };
      });
  });
}
