import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { rmdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const REMOVE_ATTEMPTS = 200;
const REMOVE_PAUSE_MS = 10;
/** How the kernel prints "no limit" for byte counters on v1: the largest page-aligned long. */
const V1_NO_LIMIT = 2 ** 62;

export function writeKernelFile(path: string, value: string | number): void {
  writeFileSync(path, String(value));
}

/** For a cgroup that may be gone already, with the instance that was in it: then there is no limit to set. */
export function writeWhileThere(path: string, value: string | number): void {
  try {
    writeFileSync(path, String(value), { flag: 'r+' });
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENODEV')) throw error;
  }
}

export async function writeWhileThereLater(path: string, value: string | number): Promise<void> {
  try {
    await writeFile(path, String(value), { flag: 'r+' });
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENODEV')) throw error;
  }
}

/** Like writeKernelFile, for a feature that not every kernel has. */
export function writeIfPresent(path: string, value: string | number): void {
  try {
    writeFileSync(path, String(value), { flag: 'r+' });
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENODEV', 'EOPNOTSUPP', 'EINVAL')) throw error;
  }
}

/** Undefined when the cgroup is gone. */
export function readLimit(path: string): number | undefined {
  const text = readWhileThere(path)?.trim();
  if (text === undefined) return undefined;
  const value = text === 'max' || text === '-1' ? Number.POSITIVE_INFINITY : Number(text);
  return value >= V1_NO_LIMIT ? Number.POSITIVE_INFINITY : value;
}

export function readWhileThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENODEV')) return undefined;
    throw error;
  }
}

/** The value of one `key value` line, 0 where the file or the key is absent. */
export function readCounter(path: string, key: string): number {
  const lines = readWhileThere(path)?.split('\n') ?? [];
  const line = lines.find((text) => text.startsWith(`${key} `));
  return Number(line?.slice(key.length + 1) ?? 0);
}

export function readProcessIds(procsFile: string): readonly number[] {
  return (readWhileThere(procsFile) ?? '').split('\n').filter(Boolean).map(Number);
}

export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true });
}

/**
 * A cgroup stays busy until its last task has been reaped, which takes a moment after a kill. The kernel
 * takes milliseconds to remove one that has used CPU: this process does not wait for that.
 */
export async function removeCgroupFolder(path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    if (await isRemoved(path)) return;
    if (attempt === REMOVE_ATTEMPTS) throw new Error(`cgroup ${path} is still in use`);
    await sleep(REMOVE_PAUSE_MS);
  }
}

async function isRemoved(path: string): Promise<boolean> {
  try {
    await rmdir(path);
    return true;
  } catch (error) {
    return isGone(error);
  }
}

/** Removes a parent that may hold other instances; false when it does. */
export function tryRemove(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    return isGone(error);
  }
}

function isGone(error: unknown): boolean {
  if (hasCode(error, 'ENOENT')) return true;
  if (hasCode(error, 'EBUSY', 'ENOTEMPTY')) return false;
  throw error;
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
