import { posix } from 'node:path';
import { LimberError } from '#model/errors.ts';
import { isInside } from '#model/shown-folders.ts';
import type { HostFiles } from './system-view-host.ts';
import { asFound } from './system-view-system.ts';
import type { Placement } from './system-view-placement.ts';

/** More entries than this are not rebuilt one by one: each costs a mount. */
const MAX_REBUILT_ENTRIES = 200;

/**
 * One placement per path, parents first, each with a place to be mounted on. A mount cannot be made
 * at a path that a read-only folder lacks; such a folder is rebuilt: an empty one with its entries
 * in it, beside which the missing one can be made. Nothing is ever created on the host for it.
 */
export function withMountPoints(
  placements: readonly Placement[],
  host: HostFiles,
): readonly Placement[] {
  const byGuest = new Map(placements.map((placement) => [placement.guest, placement]));
  for (const placement of parentsFirst(byGuest.values())) rebuildAbove(placement, byGuest, host);
  return parentsFirst(byGuest.values());
}

function rebuildAbove(
  placement: Placement,
  byGuest: Map<string, Placement>,
  host: HostFiles,
): void {
  const above = nearestAbove(placement.guest, byGuest);
  if (above?.kind !== 'bind' || above.writable) return;
  const relative = posix.relative(above.guest, placement.guest);
  if (host.look(`${above.host}/${relative}`)) return;
  const folder = deepestExisting(above.host, relative, host);
  const guest = posix.join(above.guest, posix.relative(above.host, folder));
  const names = host.list(folder);
  if (names.length > MAX_REBUILT_ENTRIES) throw tooLarge(placement, guest);
  byGuest.set(guest, { kind: 'sealed', readable: true, guest });
  for (const name of names) {
    for (const entry of asFound(`${folder}/${name}`, posix.join(guest, name), host)) {
      if (!byGuest.has(entry.guest)) byGuest.set(entry.guest, entry);
    }
  }
}

function nearestAbove(
  guest: string,
  byGuest: ReadonlyMap<string, Placement>,
): Placement | undefined {
  for (let path = posix.dirname(guest); path !== '/'; path = posix.dirname(path)) {
    const found = byGuest.get(path);
    if (found) return found;
  }
  return undefined;
}

function deepestExisting(root: string, relative: string, host: HostFiles): string {
  let path = posix.join(root, relative);
  while (path !== root && host.look(path)?.kind !== 'folder') path = posix.dirname(path);
  return isInside(path, root) ? path : root;
}

function parentsFirst(placements: Iterable<Placement>): readonly Placement[] {
  return [...placements].toSorted((a, b) => depth(a.guest) - depth(b.guest));
}

function depth(path: string): number {
  return path.split('/').length;
}

function tooLarge({ guest }: Placement, folder: string): LimberError {
  return new LimberError('mount-invalid', {
    got: guest,
    problem: `but ${folder}, which is shown read-only, has no such folder. Create it, or choose another path inside`,
  });
}
