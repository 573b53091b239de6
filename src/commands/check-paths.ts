import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import type { RunOptions } from '#cli/run-options.ts';
import { LimberError } from '#model/errors.ts';

/** Found out before the run: a summary that cannot be written after an hour helps nobody. */
export function checkPaths({ stdinPath, summaryPath }: RunOptions): void {
  if (stdinPath !== undefined) checkReadable(stdinPath);
  if (summaryPath !== undefined) checkWritable(summaryPath);
}

function checkReadable(path: string): void {
  try {
    accessSync(path, constants.R_OK);
    if (statSync(path).isDirectory()) throw new Error('it is a folder');
  } catch (error) {
    throw new LimberError('file-unreadable', { path, problem: problemOf(error) }, { cause: error });
  }
}

function checkWritable(path: string): void {
  try {
    writeFileSync(path, '');
  } catch (error) {
    const details = { path, problem: problemOf(error) };
    throw new LimberError('summary-unwritable', details, { cause: error });
  }
}

function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
