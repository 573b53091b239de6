import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { LimberError } from '#model/errors.ts';
import type { ArchiveEntry, Unpacking } from './unpacking.ts';

/** The upper half of a zip's external attributes is a Unix mode, where a Unix made it. */
const MODE_SHIFT = 16;
const KIND_BITS = 0o170000;
const KINDS: Readonly<Record<number, string>> = {
  0o120000: 'a symbolic link',
  0o020000: 'a device',
  0o060000: 'a device',
  0o010000: 'a FIFO',
};
const OWNER_EXECUTES = 0o100;

/** The entries as its directory at the end lists them. Throws `archive-invalid` for what is none. */
export async function unpackZip(path: string, unpacking: Unpacking): Promise<void> {
  try {
    await eachEntry(await openPromise(path), (zip, entry) =>
      unpacking.add(entryOf(entry), () => zip.openReadStreamPromise(entry)),
    );
  } catch (error) {
    if (error instanceof LimberError || (error as NodeJS.ErrnoException).syscall) throw error;
    throw new LimberError(
      'archive-invalid',
      { problem: (error as Error).message },
      { cause: error },
    );
  }
}

async function eachEntry(
  zip: ZipFile,
  use: (zip: ZipFile, entry: Entry) => Promise<void>,
): Promise<void> {
  try {
    for await (const entry of zip.eachEntry()) await use(zip, entry);
  } finally {
    zip.close();
  }
}

function entryOf(entry: Entry): ArchiveEntry {
  const path = entry.fileName;
  const mode = entry.externalFileAttributes >>> MODE_SHIFT;
  const other = entry.isEncrypted() ? 'encrypted' : KINDS[mode & KIND_BITS];
  return {
    path,
    kind: other !== undefined ? { other } : path.endsWith('/') ? 'folder' : 'file',
    isExecutable: (mode & OWNER_EXECUTES) !== 0,
  };
}
