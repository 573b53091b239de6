import { isInside } from '#model/shown-folders.ts';
import { SYSTEM_FOLDERS } from './system-folders.ts';
import { ETC_ENTRIES, IDENTITY_FILES } from './system-view-etc.ts';
import type { HostFiles } from './system-view-host.ts';
import { readOnly, type Placement } from './system-view-placement.ts';

/** What Limber provides itself also when the rest comes from a root file system. */
const OWN_FOLDERS = new Set(['proc', 'dev', 'sys', 'tmp', 'run', 'etc', 'work']);

/** The host's programs, or those of a root file system, with an /etc that is about this instance. */
export function systemPlacements(
  {
    identityFolder,
    etcFolder,
    rootfs,
  }: {
    readonly identityFolder: string;
    readonly etcFolder: string | undefined;
    readonly rootfs: string | undefined;
  },
  host: HostFiles,
): readonly Placement[] {
  const system = rootfs === undefined ? hostSystem(etcFolder, host) : rootfsSystem(rootfs, host);
  if (rootfs === undefined && identityFolder === etcFolder) return system;
  return [
    ...system,
    ...IDENTITY_FILES.map((name) => readOnly(`${identityFolder}/${name}`, `/etc/${name}`)),
  ];
}

function hostSystem(etcFolder: string | undefined, host: HostFiles): readonly Placement[] {
  const folders = SYSTEM_FOLDERS.flatMap((path) => asFoundOrTarget(path, host));
  if (etcFolder !== undefined) return [...folders, readOnly(etcFolder, '/etc')];
  const etc = ETC_ENTRIES.map((name) => `/etc/${name}`);
  return [...folders, ...etc.flatMap((path) => asFoundOrTarget(path, host))];
}

/**
 * Entry by entry instead of as one mount on /: folders that the root file system lacks (/work, the
 * current folder) can then be made beside them without writing into it.
 */
function rootfsSystem(rootfs: string, host: HostFiles): readonly Placement[] {
  const top = host.list(rootfs).filter((name) => !OWN_FOLDERS.has(name));
  const etc = host
    .list(`${rootfs}/etc`)
    .filter((name) => !(IDENTITY_FILES as readonly string[]).includes(name))
    .map((name) => `etc/${name}`);
  return [...top, ...etc].flatMap((name) => asFound(`${rootfs}/${name}`, `/${name}`, host));
}

/** Links stay links, whatever they point to: what they lead to inside is decided by the view alone. */
export function asFound(path: string, guest: string, host: HostFiles): readonly Placement[] {
  const found = host.look(path);
  if (found === undefined) return [];
  if (found.kind === 'link') return [{ kind: 'link', target: found.target, guest }];
  return [readOnly(path, guest)];
}

/**
 * Of the host's own /etc a link may lead to what is not shown (NixOS: /etc/static); then its target
 * takes its place. Elsewhere it stays a link: readers of /etc/localtime look at where it points.
 */
function asFoundOrTarget(path: string, host: HostFiles): readonly Placement[] {
  const found = host.look(path);
  if (found?.kind !== 'link' || isSystem(found.resolved ?? '/')) return asFound(path, path, host);
  return found.resolved === undefined ? [] : [readOnly(found.resolved, path)];
}

function isSystem(path: string): boolean {
  return SYSTEM_FOLDERS.some((folder) => isInside(path, folder));
}
