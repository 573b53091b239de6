import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { LimberError } from '#model/errors.ts';

/**
 * Makes a folder that only this user can enter. In /tmp another user may have made it first, or
 * put a link there: that is refused, since whoever owns the ledger can starve or misread it.
 */
export function makePrivateFolder(path: string, uid: number): void {
  mkdirSync(dirname(path), { recursive: true });
  makeUnlessThere(path);
  const found = lstatSync(path);
  if (!found.isDirectory()) throw unsafe(path, 'a folder', 'a link or a file');
  if (found.uid !== uid) throw unsafe(path, `to belong to user ${uid}`, `user ${found.uid}`);
  if ((found.mode & 0o077) !== 0) chmodSync(path, 0o700);
}

function makeUnlessThere(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function unsafe(path: string, expected: string, got: string): LimberError {
  return new LimberError('folder-unsafe', { path, expected, got });
}
