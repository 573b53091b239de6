import { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import { LimberError } from '#model/errors.ts';
import type { ArchiveEntry, Unpacking } from './unpacking.ts';

const OWNER_EXECUTES = 0o100;
const OTHERS: Readonly<Record<string, string>> = {
  symlink: 'a symbolic link',
  link: 'a hard link',
  'character-device': 'a device',
  'block-device': 'a device',
  fifo: 'a FIFO',
};

/** The entries of a tar as they come, whose names and attributes the parser bounds. Throws `archive-invalid` for what is none. */
export async function unpackTar(bytes: Readable, unpacking: Unpacking): Promise<void> {
  const reading = extract();
  bytes.once('error', (error) => reading.destroy(error));
  bytes.pipe(reading);
  try {
    for await (const entry of reading) {
      await unpacking.add(entryOf(entry.header), () => Readable.from(entry));
      entry.resume();
    }
  } catch (error) {
    if (error instanceof LimberError) throw error;
    throw unreadable(error);
  } finally {
    bytes.destroy();
  }
}

function unreadable(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  // What the disk says of what is written is not the archive's fault.
  if (syscall !== undefined) return error;
  const problem = code === 'Z_DATA_ERROR' ? 'its compression is damaged' : (error as Error).message;
  return new LimberError('archive-invalid', { problem }, { cause: error });
}

function entryOf({ name, type, mode }: Header): ArchiveEntry {
  const isFolder = type === 'directory';
  const isFile = type === 'file' || type === 'contiguous-file';
  const other = OTHERS[type] ?? `of the type ${type}`;
  return {
    path: name,
    kind: isFolder ? 'folder' : isFile ? 'file' : { other },
    isExecutable: (mode & OWNER_EXECUTES) !== 0,
  };
}
