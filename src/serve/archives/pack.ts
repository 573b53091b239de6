import { createReadStream } from 'node:fs';
import {
  PassThrough,
  pipeline as pipelineOf,
  Transform,
  type Readable,
  type TransformCallback,
} from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { LimberError } from '#model/errors.ts';
import { listBelow, openBelow } from '../files/work-folder.ts';
import type { ArchiveFormat } from './unpack.ts';

const DEEPEST = 64;
const OWNER_EXECUTES = 0o100;

type PackedFile = {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mode: number;
  readonly atMs: number;
  readonly open: () => Readable;
};

/**
 * All files below a folder as an archive, read while it is sent. Links, and whatever else is no
 * file, are left out, as is what is gone when its turn comes. A file that a program changes meanwhile
 * has the length that it had, filled up with zeros where it became shorter (as GNU tar does).
 */
export async function pack(root: string, folder: string, format: ArchiveFormat): Promise<Readable> {
  const files = filesBelow(root, folder);
  const out = new PassThrough();
  const failed = (error: unknown) => void out.destroy(error as Error);
  if (format === 'zip') packZip(files, out).catch(failed);
  else packTar(files, out, format === 'tar.gz').catch(failed);
  return out;
}

async function packTar(files: Iterable<PackedFile>, out: PassThrough, isGzip: boolean) {
  const { pack: newTar } = await import('tar-stream');
  const tar = newTar();
  const sent = isGzip ? pipeline(tar, createGzip(), out) : pipeline(tar, out);
  const filled = fillTar();
  await Promise.all([sent, filled]);

  async function fillTar(): Promise<void> {
    for (const { path: name, sizeBytes: size, mode, atMs, open } of files) {
      const entry = tar.entry({ name, size, mode, mtime: new Date(atMs) });
      await pipeline(open(), entry);
    }
    tar.finalize();
  }
}

async function packZip(files: Iterable<PackedFile>, out: PassThrough) {
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  const sent = pipeline(zip.outputStream, out);
  for (const { path, mode, atMs, open } of files) {
    const content = open();
    out.once('close', () => content.destroy());
    const options = { mode: 0o100_000 | mode, mtime: new Date(atMs) };
    zip.addReadStream(content, path, options);
    await new Promise<void>((resolve) => content.once('close', resolve));
    if (out.destroyed) return;
  }
  zip.end();
  await sent;
}

function* filesBelow(root: string, folder: string, depth = 0): Generator<PackedFile> {
  if (depth >= DEEPEST) return;
  for (const { path, kind } of listBelow(root, folder)) {
    if (kind === 'folder') yield* whatIsThere(() => filesBelow(root, path, depth + 1));
    if (kind === 'file') yield* whatIsThere(() => [packedFile(root, path)]);
  }
}

function* whatIsThere(find: () => Iterable<PackedFile>): Generator<PackedFile> {
  try {
    yield* find();
  } catch (error) {
    if (!(error instanceof LimberError && error.code === 'file-unknown')) throw error;
  }
}

function packedFile(root: string, path: string): PackedFile {
  const { descriptor, stat } = openBelow(root, path, 'read');
  const { size } = stat;
  return {
    path,
    sizeBytes: size,
    mode: (stat.mode & OWNER_EXECUTES) === 0 ? 0o644 : 0o755,
    atMs: stat.mtimeMs,
    open: () =>
      // Whatever ends first ends the other, and with it the descriptor.
      pipelineOf(createReadStream('', { fd: descriptor, start: 0 }), new ExactLength(size), ignore),
  };
}

function ignore(): void {}

class ExactLength extends Transform {
  #leftBytes: number;

  constructor(sizeBytes: number) {
    super();
    this.#leftBytes = sizeBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const taken = chunk.subarray(0, this.#leftBytes);
    this.#leftBytes -= taken.length;
    done(null, taken);
  }

  override _flush(done: TransformCallback): void {
    const CHUNK_BYTES = 64 * 1024;
    while (this.#leftBytes > 0) {
      const length = Math.min(this.#leftBytes, CHUNK_BYTES);
      this.push(Buffer.alloc(length));
      this.#leftBytes -= length;
    }
    done();
  }
}
