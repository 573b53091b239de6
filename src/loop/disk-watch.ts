import { statfs } from 'node:fs/promises';
import { formatBytes } from '#model/quantities.ts';

/** What stays free for the host, or half of what was free when the run began, if that is less. */
const KEPT_BYTES = 2 ** 30;
const KEPT_FILES = 10_000;
/** The record of a run alone may take as much: with less, the disk was full before the program. */
const FULL_BYTES = 32 * 2 ** 20;
/** Nothing fills a disk faster: a page cache that takes all, files made in a loop on every core. */
const FASTEST_BYTES_PER_MS = 4e6;
const FASTEST_FILES_PER_MS = 1000;
const SHORTEST_MS = 50;
const LONGEST_MS = 5000;

export type FullDisk = { readonly folder: string; readonly free: string };
type Free = { readonly bytes: number; readonly files: number };

/**
 * What a program changes goes to a disk of the host, where no limit holds it. Before that disk is
 * full for everybody else the run ends. Looks again when it could be full at the earliest, so that
 * with room to spare it costs one system call every five seconds. Returns the end of it.
 */
export function watchDisk(
  folders: readonly string[],
  onFull: (full: FullDisk) => void,
): () => void {
  const stops = folders.map((folder) => watchFolder(folder, onFull));
  return () => stops.forEach((stop) => stop());
}

function watchFolder(folder: string, onFull: (full: FullDisk) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let kept: Free | undefined;

  async function look(): Promise<void> {
    const free = await freeSpace(folder);
    if (stopped || !free) return;
    if (!kept && free.bytes < FULL_BYTES) return;
    kept ??= reserve(free);
    if (isShort(free, kept)) return onFull({ folder, free: describeFree(free) });
    timer = setTimeout(() => void look(), nextLookMs(free, kept)).unref();
  }

  void look();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Undefined when nobody can tell: a folder that is gone, a file system that counts nothing. */
async function freeSpace(folder: string): Promise<Free | undefined> {
  try {
    const { bavail, bsize, files, ffree, blocks } = await statfs(folder);
    if (blocks === 0) return undefined;
    // Some file systems make inodes as they need them and report none.
    return { bytes: bavail * bsize, files: files === 0 ? Number.POSITIVE_INFINITY : ffree };
  } catch {
    return undefined; // whatever the reason: what cannot be read cannot be watched
  }
}

export function reserve(atStart: Free): Free {
  return {
    bytes: Math.min(KEPT_BYTES, atStart.bytes / 2),
    files: Math.min(KEPT_FILES, atStart.files / 2),
  };
}

export function isShort(free: Free, kept: Free): boolean {
  return free.bytes < kept.bytes || free.files < kept.files;
}

/** 5 GiB above the reserve: (5 · 2^30) / 4e6 ≈ 1342 ms. */
export function nextLookMs(free: Free, kept: Free): number {
  const bytesMs = (free.bytes - kept.bytes) / FASTEST_BYTES_PER_MS;
  const filesMs = (free.files - kept.files) / FASTEST_FILES_PER_MS;
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, Math.min(bytesMs, filesMs)));
}

function describeFree({ bytes, files }: Free): string {
  return Number.isFinite(files)
    ? `${formatBytes(bytes)} and room for ${Math.floor(files)} files`
    : formatBytes(bytes);
}
