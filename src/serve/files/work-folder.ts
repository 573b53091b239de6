import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  type Stats,
} from 'node:fs';
import { LimberError } from '#model/errors.ts';

const { O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;
const FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

/**
 * The parts of a path below a work folder. Throws `path-invalid` for what would leave it, or could
 * not be a name.
 */
export function partsOf(path: string): readonly string[] {
  const parts = path.split('/');
  const isBad = (part: string) =>
    part === '' || part === '.' || part === '..' || part.includes('\0') || part.length > 255;
  if (path.length > 4096 || parts.length > 64 || parts.some(isBad))
    throw new LimberError('path-invalid', { path });
  return parts;
}

/**
 * Opens a file below `root` while a program may be changing it: each folder on the way is opened
 * from the one before and no link is followed, so that no path leads elsewhere. The descriptor is
 * the caller's to close.
 */
export function openBelow(
  root: string,
  path: string,
  how: 'read' | 'write',
): { readonly descriptor: number; readonly stat: Stats } {
  const parts = partsOf(path);
  const name = parts.at(-1)!;
  const descriptor = inFolder({ root, folders: parts.slice(0, -1), makes: how === 'write' }, (at) =>
    openSync(
      `${at}/${name}`,
      (how === 'write' ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK,
      0o644,
    ),
  );
  const stat = fstatSync(descriptor);
  if (stat.isFile()) return { descriptor, stat };
  closeSync(descriptor);
  throw new LimberError('file-unknown', { path });
}

export type FolderEntry = { readonly path: string; readonly kind: 'file' | 'folder' | 'other' };

/** Names in a folder below `root`; an empty path is the root itself. */
export function listBelow(root: string, path: string): readonly FolderEntry[] {
  const folders = path === '' ? [] : partsOf(path);
  return inFolder({ root, folders, makes: false }, (at) =>
    readdirSync(`${at}/.`, { withFileTypes: true }).map((entry) => ({
      path: [...folders, entry.name].join('/'),
      kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other',
    })),
  );
}

/** Calls `use` with a path through /proc that stands for the opened folder, whatever it is named. */
function inFolder<Result>(
  way: { readonly root: string; readonly folders: readonly string[]; readonly makes: boolean },
  use: (at: string) => Result,
): Result {
  let at = openSync(way.root, FOLDER);
  try {
    for (const name of way.folders) {
      const next = openFolder(`/proc/self/fd/${at}/${name}`, way.makes);
      closeSync(at);
      at = next;
    }
    return use(`/proc/self/fd/${at}`);
  } catch (error) {
    throw translated(error, way.folders.join('/'));
  } finally {
    closeSync(at);
  }
}

function openFolder(path: string, makes: boolean): number {
  try {
    return openSync(path, FOLDER);
  } catch (error) {
    if (!makes || codeOf(error) !== 'ENOENT') throw error;
    mkdirSync(path, { mode: 0o755 });
    return openSync(path, FOLDER);
  }
}

/** ELOOP: a link; ENXIO: a FIFO or a socket. None of them is a file of ours to hand out. */
const NO_FILE = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EISDIR', 'EMLINK'];

function translated(error: unknown, path: string): unknown {
  if (!NO_FILE.includes(codeOf(error))) return error;
  return new LimberError('file-unknown', { path }, { cause: error });
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}
