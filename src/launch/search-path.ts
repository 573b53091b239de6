import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Relative entries are left out: they would let the current folder choose what runs outside. */
export function pathFolders(path: string | undefined): readonly string[] {
  return [...new Set((path || SYSTEM_PATH).split(':').filter((folder) => isAbsolute(folder)))];
}

/** Every match in the order of PATH. */
export function candidates(name: string, folders: readonly string[]): readonly string[] {
  return folders
    .map((folder) => join(folder, name))
    .filter((path) => kindOf(path) === 'executable');
}

/** `/a/link/to/nothing` and what may not be looked at count as absent, as they do for execve. */
export function kindOf(path: string): 'executable' | 'not-executable' | 'absent' {
  try {
    if (!statSync(path).isFile()) return 'not-executable';
    accessSync(path, constants.X_OK);
    return 'executable';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EACCES') return 'not-executable';
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return 'absent';
    throw error;
  }
}
