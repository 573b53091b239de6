import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LimberError } from '#model/errors.ts';
import { formatBytes } from '#model/quantities.ts';
import { formatOf, type ArchiveFormat } from './unpack.ts';

export type KeptArchive = {
  /** SHA-256 of its bytes: what comes twice is kept once. */
  readonly id: string;
  readonly sizeBytes: number;
  readonly format: ArchiveFormat;
};

export type ArchiveLimits = { readonly mostBytes: number; readonly mostKeptBytes: number };

/**
 * What tenants sent ahead, to be run once or often. Each keeps so many bytes; what was not used for
 * longest makes room. Lifecycle: (put, use, forget)* .
 */
export class KeptArchives {
  readonly #folder: string;
  readonly #limits: ArchiveLimits;

  constructor(folder: string, limits: ArchiveLimits) {
    this.#folder = folder;
    this.#limits = limits;
    // What was on its way when a former server was killed.
    for (const tenant of foldersIn(folder))
      for (const part of readdirSync(join(folder, tenant)).filter(isPart))
        rmSync(join(folder, tenant, part), { recursive: true, force: true });
  }

  /** Throws `archive-invalid`, and `file-too-large` as soon as it is. */
  async put(tenant: string, bytes: Readable): Promise<KeptArchive> {
    const folder = join(this.#folder, tenant);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const part = mkdtempSync(join(folder, PART));
    const path = join(part, 'archive');
    try {
      const measured = new Measured(this.#limits.mostBytes);
      await pipeline(bytes, measured, createWriteStream(path, { mode: 0o600 }));
      const format = await formatOf(path);
      const id = measured.digest();
      renameSync(path, join(folder, id));
      this.#makeRoom(folder, id);
      return { id, sizeBytes: measured.sizeBytes, format };
    } finally {
      rmSync(part, { recursive: true, force: true });
    }
  }

  /** Where it is; from now on it counts as used. Throws `archive-unknown`. */
  use(tenant: string, id: string): string {
    const path = join(this.#folder, tenant, id);
    if (!existsSync(path)) throw new LimberError('archive-unknown', { id });
    const now = new Date();
    utimesSync(path, now, now);
    return path;
  }

  /** False when there is none. */
  remove(tenant: string, id: string): boolean {
    const path = join(this.#folder, tenant, id);
    const isThere = existsSync(path);
    rmSync(path, { force: true });
    return isThere;
  }

  /** What was not used since. */
  forgetOld(beforeMs: number): void {
    for (const tenant of foldersIn(this.#folder))
      for (const { path, usedAtMs } of this.#all(join(this.#folder, tenant)))
        if (usedAtMs < beforeMs) rmSync(path, { force: true });
  }

  #makeRoom(folder: string, newest: string): void {
    const all = this.#all(folder).toSorted((one, other) => one.usedAtMs - other.usedAtMs);
    let keptBytes = all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    for (const { path, sizeBytes } of all) {
      if (keptBytes <= this.#limits.mostKeptBytes) return;
      if (path.endsWith(newest)) continue;
      rmSync(path, { force: true });
      keptBytes -= sizeBytes;
    }
  }

  #all(folder: string) {
    return readdirSync(folder)
      .filter((name) => !isPart(name))
      .map((name) => {
        const path = join(folder, name);
        const { size, mtimeMs } = statSync(path);
        return { path, sizeBytes: size, usedAtMs: mtimeMs };
      });
  }
}

const PART = '.part-';

function isPart(name: string): boolean {
  return name.startsWith(PART);
}

function foldersIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Hands on what it measures, up to so much. */
class Measured extends Transform {
  readonly #hash = createHash('sha256');
  readonly #mostBytes: number;
  sizeBytes = 0;

  constructor(mostBytes: number) {
    super();
    this.#mostBytes = mostBytes;
  }

  override _transform(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error: Error | null, chunk?: Buffer) => void,
  ): void {
    this.sizeBytes += chunk.length;
    if (this.sizeBytes > this.#mostBytes)
      return done(new LimberError('file-too-large', { max: formatBytes(this.#mostBytes) }));
    this.#hash.update(chunk);
    done(null, chunk);
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}
