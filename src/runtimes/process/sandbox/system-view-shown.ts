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
    ...(view.inPlace || isNeverShownWhole(currentFolder) ? [] : [current]),
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
      .flatMap((folder): readonly Placement[] => {
        const guest = posix.join(placement.guest, posix.relative(origin, folder));
        return [...pinned(placement, guest), { kind: 'sealed', readable: false, guest }];
      });
  });
}

/**
 * A folder that the program may write to and that holds one of Limber's own could be renamed, and
 * another be put in its place, for Limber to find. What is a mount point keeps its name.
 */
function pinned(bind: Placement & { readonly kind: 'bind' }, hidden: string): readonly Placement[] {
  if (!bind.writable || bind.shows !== undefined) return [];
  const between = posix.relative(bind.guest, posix.dirname(hidden)).split('/').filter(Boolean);
  return between.map((_, index): Placement => {
    const path = between.slice(0, index + 1).join('/');
    const [host, guest] = [posix.join(bind.host, path), posix.join(bind.guest, path)];
    return { kind: 'bind', host, guest, writable: true };
  });
}
