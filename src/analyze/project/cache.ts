import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LinkedAnalysis } from '#analyze/analyze.ts';
import packageJson from '#package.json' with { type: 'json' };

/** Analyses by content. Plain data: it is handed to threads. */
export type Cache = {
  readonly folder: string;
  /** Of the analyser itself: another one may come to other results. */
  readonly fingerprint: string;
};

const LARGEST_BYTES = 128 * 2 ** 20;
/** A disk that is full or not ours to write is no reason to fail: the work is done once more. */
const EXPECTED = new Set([
  'ENOENT',
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'EDQUOT',
  'ENOTDIR',
  'EEXIST',
]);

export function openCache(folder: string): Cache {
  return { folder, fingerprint: fingerprintOf(join(import.meta.dirname, '..')) };
}

export async function recall({ folder }: Cache, key: string): Promise<LinkedAnalysis | undefined> {
  const text = await expectingTrouble(() => readFile(pathOf(folder, key), 'utf8'));
  if (text === undefined) return undefined;
  try {
    const known = JSON.parse(text) as { readonly key?: string; readonly analysis: LinkedAnalysis };
    return known.key === key ? known.analysis : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Written aside and renamed: other processes see all of it or nothing. */
export async function keep(
  { folder }: Cache,
  key: string,
  analysis: LinkedAnalysis,
): Promise<void> {
  const path = pathOf(folder, key);
  const aside = `${path}.${randomUUID()}`;
  await expectingTrouble(async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(aside, JSON.stringify({ key, analysis }), { mode: 0o600 });
    await rename(aside, path);
  });
}

/** Removes what was written longest ago until the rest is below the bound. */
export async function trimCache({ folder }: Cache, largestBytes = LARGEST_BYTES): Promise<void> {
  const names = (await expectingTrouble(() => readdir(folder, { recursive: true }))) ?? [];
  const files: { path: string; size: number; writtenMs: number }[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const status = await expectingTrouble(() => stat(path));
    if (status?.isFile() === true)
      files.push({ path, size: status.size, writtenMs: status.mtimeMs });
  }
  let bytes = 0;
  for (const { path, size } of files.toSorted((a, b) => b.writtenMs - a.writtenMs)) {
    bytes += size;
    if (bytes > largestBytes) await expectingTrouble(() => rm(path, { force: true }));
  }
}

function pathOf(folder: string, key: string): string {
  return join(folder, key.slice(0, 2), `${key.slice(2)}.json`);
}

async function expectingTrouble<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (EXPECTED.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function fingerprintOf(folder: string): string {
  // Times alone would not tell two versions apart where an installer sets all of them to one moment.
  const hash = createHash('sha256').update(`${process.version} ${packageJson.version}\n`);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const { size, mtimeMs } = statSync(join(folder, name));
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}
