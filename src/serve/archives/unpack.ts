import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { LimberError } from '#model/errors.ts';
import { Unpacking, type UnpackLimits } from './unpacking.ts';

export type ArchiveFormat = 'tar' | 'tar.gz' | 'zip';

/** What formats begin with, https://www.garykessler.net/library/file_sigs.html; a tar says it at byte 257. */
const SIGNATURES = [
  { format: 'tar.gz', atByte: 0, bytes: Buffer.from([0x1f, 0x8b]) },
  { format: 'zip', atByte: 0, bytes: Buffer.from('PK\u0003\u0004') },
  { format: 'zip', atByte: 0, bytes: Buffer.from('PK\u0005\u0006') },
  { format: 'tar', atByte: 257, bytes: Buffer.from('ustar') },
] as const;
const BEGINNING_BYTES = 262;

/** By its first bytes, not by what it is called. Throws `archive-invalid` for anything else. */
export async function formatOf(path: string): Promise<ArchiveFormat> {
  await using file = await open(path, 'r');
  const { buffer } = await file.read(Buffer.alloc(BEGINNING_BYTES), 0, BEGINNING_BYTES, 0);
  const found = SIGNATURES.find(({ atByte, bytes }) =>
    buffer.subarray(atByte, atByte + bytes.length).equals(bytes),
  );
  if (found) return found.format;
  throw new LimberError('archive-invalid', { problem: 'it is none of these' });
}

/**
 * Unpacks an archive into a folder that nobody else changes meanwhile. Throws `archive-invalid` and
 * `archive-too-large`; what was unpacked until then is left there.
 */
export async function unpack(path: string, root: string, limits: UnpackLimits): Promise<void> {
  const format = await formatOf(path);
  const unpacking = new Unpacking(root, limits);
  // Loaded when the first archive comes.
  if (format === 'zip') {
    const { unpackZip } = await import('./unpack-zip.ts');
    return unpackZip(path, unpacking);
  }
  const { unpackTar } = await import('./unpack-tar.ts');
  const bytes = createReadStream(path);
  if (format === 'tar') return unpackTar(bytes, unpacking);
  const unzipped = createGunzip();
  bytes.once('error', (error) => unzipped.destroy(error));
  unzipped.once('close', () => bytes.destroy());
  return unpackTar(bytes.pipe(unzipped), unpacking);
}
