import { lstatSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { LimberError } from '#model/errors.ts';
import { formatBytes } from '#model/quantities.ts';

/** Larger files are data that was named by mistake, and would be read into memory whole. */
export const MAX_SCRIPT_BYTES = 64 * 2 ** 20;

/** The script's absolute path and content. Throws `file-unreadable` with the reason. */
export function readScript(
  path: string,
  currentFolder: string,
): { readonly path: string; readonly content: Buffer } {
  const absolute = resolve(currentFolder, path);
  const refuse = (problem: string, cause?: unknown) =>
    new LimberError('file-unreadable', { path, problem }, { cause });
  try {
    const stat = statSync(absolute);
    if (stat.isDirectory()) throw refuse('it is a folder, not a file');
    // A pipe would block, a device might never end.
    if (!stat.isFile()) throw refuse('it is a pipe, a socket or a device, not a regular file');
    if (stat.size > MAX_SCRIPT_BYTES)
      throw refuse(
        `${formatBytes(stat.size)} is more than a script of ${formatBytes(MAX_SCRIPT_BYTES)}`,
      );
    return { path: absolute, content: readFileSync(absolute) };
  } catch (error) {
    if (error instanceof LimberError) throw error;
    throw refuse(reasonOf(error, absolute), error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path before the last is a file, not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
};

function reasonOf(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' && isLink(path))
    return 'it is a symbolic link to a file that does not exist';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
