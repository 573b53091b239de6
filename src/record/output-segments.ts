import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A file that holds a stretch of a stream; its name tells where the stretch begins. */
export type Segment = { readonly path: string; readonly startByte: number };

/**
 * `stdout-0000000000000000`, `stdout-0000000008388608`, …: since every name carries its offset and
 * every file its size, what is missing shows without an index, after a crash as well.
 */
export function segmentPath(folder: string, name: string, startByte: number): string {
  return join(folder, `${name}-${String(startByte).padStart(16, '0')}`);
}

/** In the order of the stream. */
export function listSegments(folder: string, name: string): readonly Segment[] {
  return readdirSync(folder)
    .filter((entry) => entry.startsWith(`${name}-`))
    .toSorted()
    .map((entry) => ({
      path: join(folder, entry),
      startByte: Number(entry.slice(name.length + 1)),
    }));
}
