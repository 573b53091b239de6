import {
  closeSync,
  constants,
  ftruncateSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';

/**
 * Replaces a small file as a whole: who reads it sees the former text or this one. `sparePath`, on the
 * same file system and out of the reader's sight, keeps the replaced file for the next time: ext4
 * writes new blocks to the disk before they replace a file, which takes milliseconds; blocks that are
 * there already it does not.
 */
export function replaceFile(path: string, sparePath: string, text: string): void {
  const file = openSync(sparePath, constants.O_WRONLY | constants.O_CREAT, 0o644);
  try {
    ftruncateSync(file, writeSync(file, text, 0));
  } finally {
    closeSync(file);
  }
  const replacedPath = `${sparePath}.replaced`;
  const isKept = keep(path, replacedPath);
  renameSync(sparePath, path);
  if (isKept) renameSync(replacedPath, sparePath);
}

/** False where there is no file yet. */
function keep(path: string, replacedPath: string): boolean {
  // Of one who was ended in between.
  rmSync(replacedPath, { force: true });
  try {
    linkSync(path, replacedPath);
    return true;
  } catch {
    return false;
  }
}
