import { open } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { listSegments } from './output-segments.ts';
import type { OutputStream } from './output-log.ts';

const CHUNK_BYTES = 256 * 1024;

/** Stands where output is missing: it was dropped to stay within the limit, or never kept. */
export type OmittedOutput = { readonly omittedBytes: number };

/** What was kept of a stream, in order. A run without output, or a pruned one, has none. */
export async function* readOutputLog(
  folder: string,
  stream: OutputStream,
): AsyncGenerator<Buffer | OmittedOutput> {
  if (!existsSync(folder)) return;
  let atByte = 0;
  for (const { path, startByte } of listSegments(folder, stream)) {
    for await (const chunk of readSegment(path)) {
      // Named only once a byte follows: a file that is dropped meanwhile widens the next gap.
      if (startByte > atByte) yield { omittedBytes: startByte - atByte };
      atByte = Math.max(atByte, startByte) + chunk.length;
      yield chunk;
    }
  }
}

async function* readSegment(path: string): AsyncGenerator<Buffer> {
  const file = await openIfThere(path);
  if (file === undefined) return;
  try {
    for (;;) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** A running program's log may drop a file between listing and reading. */
async function openIfThere(path: string) {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
