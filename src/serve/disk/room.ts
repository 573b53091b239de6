import { statfsSync } from 'node:fs';
import { LimberError } from '#model/errors.ts';
import { formatBytes } from '#model/quantities.ts';

/** Bytes that are free where a folder is; Infinity where that cannot be told. */
function freeBytes(folder: string): number {
  const { bavail, bsize, blocks } = statfsSync(folder);
  return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
}

export type Room = { readonly folder: string; readonly leastBytes: number };

/** What is taken on may fill the disk; how that ends, and the ends of what runs, must find room. */
export function hasRoom({ folder, leastBytes }: Room): boolean {
  return freeBytes(folder) >= leastBytes;
}

/** Throws `disk-full`. */
export function mustHaveRoom(room: Room): void {
  const { folder, leastBytes } = room;
  if (hasRoom(room)) return;
  throw new LimberError('disk-full', {
    folder,
    free: formatBytes(freeBytes(folder)),
    needed: formatBytes(leastBytes),
  });
}
