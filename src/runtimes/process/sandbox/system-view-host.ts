import { lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';

export type Found =
  | { readonly kind: 'folder' | 'file' }
  /** `resolved` is absent for a link that leads nowhere. */
  | { readonly kind: 'link'; readonly target: string; readonly resolved?: string };

/** What the view needs to know of the host. */
export type HostFiles = {
  /** True when the program is uid 0 to the kernel, whatever it is inside. */
  readonly isRoot: boolean;
  /** What lies at a path, links not followed; undefined when nothing does. */
  readonly look: (path: string) => Found | undefined;
  readonly list: (folder: string) => readonly string[];
};

export const realHostFiles: HostFiles = {
  isRoot: process.getuid?.() === 0,
  look: (path) => {
    const stat = orAbsent(() => lstatSync(path));
    if (stat === undefined) return undefined;
    if (!stat.isSymbolicLink()) return { kind: stat.isDirectory() ? 'folder' : 'file' };
    const resolved = orAbsent(() => realpathSync(path));
    return {
      kind: 'link',
      target: readlinkSync(path),
      ...(resolved !== undefined && { resolved }),
    };
  },
  list: (folder) => orAbsent(() => readdirSync(folder)) ?? [],
};

/** What the caller may not look at cannot be shown either, so it counts as absent. */
const ABSENT_CODES = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG']);

function orAbsent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && ABSENT_CODES.has(String(error.code)))
      return undefined;
    throw error;
  }
}
