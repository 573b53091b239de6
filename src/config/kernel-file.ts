import { readFileSync } from 'node:fs';

/** NaN for `max`, and where the file is not there: the top cgroup has no limits. */
export function readNumber(path: string): number {
  return Number.parseInt(readText(path) ?? '', 10);
}

/** Undefined where the file is not there, or its cgroup is gone. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENODEV') return undefined;
    throw error;
  }
}
