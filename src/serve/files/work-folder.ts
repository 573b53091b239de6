import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  readdirSync,
  type Stats,
} from 'node:fs';
import { LimberError } from '#model/errors.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } =
  constants;
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

/**
 * Puts a file below `root` as a whole: the program sees what was there before, or all of the new one.
 * `fill` writes into the descriptor that it is handed.
 */
export async function putBelow(
  root: string,
  path: string,
  fill: (descriptor: number) => Promise<void>,
): Promise<void> {
  const parts = partsOf(path);
  const at = openFolders({ root, folders: parts.slice(0, -1), makes: true });
  const part = `/proc/self/fd/${at}/.${randomUUID()}.part`;
  try {
    const descriptor = openSync(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
    await fill(descriptor).finally(() => closeSync(descriptor));
    renameSync(part, `/proc/self/fd/${at}/${parts.at(-1)!}`);
  } catch (error) {
    rmSync(part, { force: true });
    throw translated(error, path);
  } finally {
    closeSync(at);
  }
}

export type FolderEntry = { readonly path: string; readonly kind: 'file' | 'folder' | 'other' };

/** Makes a folder below `root`, and those above it. */
export function folderBelow(root: string, path: string): void {
  closeSync(openFolders({ root, folders: partsOf(path), makes: true }));
}

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

type Way = {
  readonly root: string;
  readonly folders: readonly string[];
  readonly makes: boolean;
};

/** Calls `use` with a path through /proc that stands for the opened folder, whatever it is named. */
function inFolder<Result>(way: Way, use: (at: string) => Result): Result {
  const at = openFolders(way);
  try {
    return use(`/proc/self/fd/${at}`);
  } catch (error) {
    throw translated(error, way.folders.join('/'));
  } finally {
    closeSync(at);
  }
}

/** The descriptor is the caller's to close. */
function openFolders({ root, folders, makes }: Way): number {
  let at = openSync(root, FOLDER);
  for (const name of folders) {
    const above = at;
    try {
      at = openFolder(`/proc/self/fd/${above}/${name}`, makes);
    } catch (error) {
      throw translated(error, folders.join('/'));
    } finally {
      closeSync(above);
    }
  }
  return at;
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
const NO_FILE = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EISDIR', 'EMLINK', 'ENOTEMPTY'];

function translated(error: unknown, path: string): unknown {
  if (!NO_FILE.includes(codeOf(error))) return error;
  return new LimberError('file-unknown', { path }, { cause: error });
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}
