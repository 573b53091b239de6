import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LimberError } from '#model/errors.ts';
import type { LogsOptions } from './handlers.ts';
import { BROKEN_PIPE_EXIT_CODE } from './print-error.ts';
import { findRun, type Reading } from './run-reader.ts';
import { passThrough, type Output } from './streams.ts';

type StreamName = 'stdout' | 'stderr';

/** The recorded bytes of a run, as they were written. */
export async function writeLogs(
  { reader, stdout, stderr }: Reading,
  { id, streams, json }: LogsOptions,
): Promise<number> {
  const folder = reader.logFolder(findRun(reader, id).id);
  const names: readonly StreamName[] = streams === 'both' ? ['stdout', 'stderr'] : [streams];
  if (json) await stdout.write(await asJson(folder, names));
  else {
    for (const name of names) {
      // A single stream is what was asked for, so it goes to stdout, whichever it is.
      await copy(join(folder, name), streams === 'both' && name === 'stderr' ? stderr : stdout);
    }
  }
  return stdout.isOpen() ? 0 : BROKEN_PIPE_EXIT_CODE;
}

async function copy(path: string, output: Output): Promise<void> {
  try {
    await passThrough(createReadStream(path), output);
  } catch (error) {
    if (!isMissing(error)) throw unreadable(path, error);
  }
}

async function asJson(folder: string, names: readonly StreamName[]): Promise<string> {
  const entries = await Promise.all(
    names.map(async (name) => [name, await content(join(folder, name))]),
  );
  return `${JSON.stringify(Object.fromEntries(entries))}\n`;
}

async function content(path: string): Promise<string | { readonly base64: string }> {
  try {
    const bytes = await readFile(path);
    return isUtf8(bytes) ? bytes.toString() : { base64: bytes.toString('base64') };
  } catch (error) {
    if (isMissing(error)) return '';
    throw unreadable(path, error);
  }
}

/** A run that wrote nothing, or that only now begins, has no file. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function unreadable(path: string, cause: unknown): LimberError {
  const problem = cause instanceof Error ? cause.message : String(cause);
  return new LimberError('file-unreadable', { path, problem }, { cause });
}
