import { existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { LaunchSpec } from '#model/launch.ts';

/** More files than this are not worth a fast start. */
const MOST_ENTRIES = 500;
/** Python's site looks below HOME when it starts. */
const LOOKED_AT_BEFORE = new Set(['.local']);
/** A file that is still being received goes into the folder that it was begun in. */
const UNFINISHED = /^\..*\.part$/;

const GIVEN = '.given';

/**
 * Puts `prepared`, which a sandbox shows already, into the place of `folder`, with the files that are
 * in there. A mount stays where its folder goes. At every moment one of both is at the place, or
 * `restoreFolder` brings it back. Throws before anything has changed when it cannot be done.
 */
export function swapFolder(prepared: string, folder: string): void {
  linkFiles(folder, prepared, { left: MOST_ENTRIES });
  renameSync(folder, `${folder}${GIVEN}`);
  renameSync(prepared, folder);
}

/**
 * What the folder was, once it is certain that it is not needed. The program runs already: nobody waits
 * for it, and what is left of it goes with the execution.
 */
export function forgetGiven(folder: string): void {
  rm(`${folder}${GIVEN}`, { recursive: true, force: true }).catch(() => undefined);
}

/** Output that was kept beside a prepared folder goes where the execution's is kept. */
export function giveOutput(folder: string, { kept }: LaunchSpec): void {
  if (kept === undefined) return;
  renameSync(`${folder}/stdout`, kept.stdoutPath);
  renameSync(`${folder}/stderr`, kept.stderrPath);
}

/** What was interrupted half way: whoever was to run there has not begun. */
export function restoreFolder(folder: string): void {
  const given = `${folder}${GIVEN}`;
  if (!existsSync(given)) return;
  // What has been put into its place may have begun to run.
  rmSync(folder, { recursive: true, force: true });
  renameSync(given, folder);
}

function linkFiles(from: string, to: string, budget: { left: number }): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const { name } = entry;
    const isPlain = entry.isFile() || entry.isDirectory();
    if (!isPlain || LOOKED_AT_BEFORE.has(name) || UNFINISHED.test(name) || budget.left-- === 0)
      throw new Error(`${name} keeps its folder from being handed over`);
    if (entry.isFile()) linkSync(`${from}/${name}`, `${to}/${name}`);
    else {
      mkdirSync(`${to}/${name}`);
      linkFiles(`${from}/${name}`, `${to}/${name}`, budget);
    }
  }
}
