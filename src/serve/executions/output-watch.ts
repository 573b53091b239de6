import { statSync, watch, type FSWatcher } from 'node:fs';
import type { ExecutionPaths } from './paths.ts';

export type OutputStream = 'stdout' | 'stderr';
/** Up to which byte of each stream clients were told of. */
export type ToldBytes = Readonly<Record<OutputStream, number>>;
/** Bytes `fromByte` up to, not including, `toByte` of a stream have been written. */
export type OutputRange = {
  readonly stream: OutputStream;
  readonly fromByte: number;
  readonly toByte: number;
};

/** The kernel tells of every write; a program that writes byte by byte is looked at in bursts. */
const SETTLE_MS = 10;
const LONGEST_RANGE_BYTES = 48 * 1024;
const STREAMS = ['stdout', 'stderr'] as const;

export type OutputWatch = {
  /** Looks now: after the end, for what came last. */
  readonly look: () => void;
  readonly close: () => void;
};

/**
 * Tells what the program has written, as ranges of the files that keep it, from `from` on. Called
 * for each growth; `onExceeded` when it is more than `maxBytes` in all.
 */
export function watchOutput(options: {
  readonly paths: ExecutionPaths;
  readonly from: ToldBytes;
  readonly maxBytes: number;
  readonly onRange: (range: OutputRange) => void;
  readonly onExceeded: () => void;
}): OutputWatch {
  const { paths, maxBytes } = options;
  const told = { ...options.from };
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    clearTimeout(timer);
    timer = undefined;
    let total = 0;
    for (const stream of STREAMS) {
      const size = sizeOf(paths[stream]);
      total += size;
      while (told[stream] < size) {
        const toByte = Math.min(size, told[stream] + LONGEST_RANGE_BYTES);
        options.onRange({ stream, fromByte: told[stream], toByte });
        told[stream] = toByte;
      }
    }
    if (total > maxBytes) options.onExceeded();
  }

  const watcher = watchFolder(paths.output, () => {
    timer ??= setTimeout(look, SETTLE_MS);
  });
  look();
  return {
    look,
    close() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}

function watchFolder(folder: string, onChange: () => void): FSWatcher {
  const watcher = watch(folder, onChange);
  // The folder is gone with its execution.
  watcher.on('error', () => watcher.close());
  return watcher;
}

/** 0 while there is no such file. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
