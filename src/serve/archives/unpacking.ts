import { createWriteStream, fchmodSync } from 'node:fs';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LimberError } from '#model/errors.ts';
import { formatBytes } from '#model/quantities.ts';
import { folderBelow, openBelow, partsOf } from '../files/work-folder.ts';

/** What an archive may become; a small one can hold very much. */
export type UnpackLimits = { readonly maxBytes: number; readonly maxEntries: number };

/** What one entry is, whatever the format calls it; `other` is what is refused, by its name. */
export type ArchiveEntry = {
  readonly path: string;
  readonly kind: 'file' | 'folder' | { readonly other: string };
  readonly isExecutable: boolean;
};

/** The way of all formats into a folder, within limits. Lifecycle: (add)* . */
export class Unpacking {
  readonly #root: string;
  readonly #limits: UnpackLimits;
  #bytes = 0;
  #entries = 0;

  constructor(root: string, limits: UnpackLimits) {
    this.#root = root;
    this.#limits = limits;
  }

  /** Throws `archive-invalid` and `archive-too-large`. `open` is asked for the bytes of a file. */
  async add(entry: ArchiveEntry, open: () => Promise<Readable> | Readable): Promise<void> {
    this.#count();
    const { kind } = entry;
    if (typeof kind === 'object')
      throw new LimberError('archive-invalid', {
        problem: `"${entry.path}" is ${kind.other}, and only files and folders are taken`,
      });
    const path = pathOf(entry.path);
    // "./" is what many archives begin with: the work folder itself.
    if (path === '') return;
    if (kind === 'folder') this.#translating(path, () => folderBelow(this.#root, path));
    else await this.#write(path, entry.isExecutable, await open());
  }

  async #write(path: string, isExecutable: boolean, content: Readable): Promise<void> {
    const { descriptor } = this.#translating(path, () => openBelow(this.#root, path, 'write'));
    if (isExecutable) fchmodSync(descriptor, 0o755);
    // The stream closes the descriptor.
    await pipeline(content, this.#counted(), createWriteStream('', { fd: descriptor }));
  }

  #count(): void {
    this.#entries++;
    const { maxEntries } = this.#limits;
    if (this.#entries <= maxEntries) return;
    throw new LimberError('archive-too-large', { what: `${maxEntries} entries` });
  }

  #counted(): Transform {
    const { maxBytes } = this.#limits;
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.#bytes += chunk.length;
        if (this.#bytes <= maxBytes) return done(null, chunk);
        done(new LimberError('archive-too-large', { what: formatBytes(maxBytes) }));
      },
    });
  }

  /** A file where a folder is, or the other way round. */
  #translating<Result>(path: string, run: () => Result): Result {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof LimberError) || error.code !== 'file-unknown') throw error;
      const problem = `"${path}" is both a file and a folder in it`;
      throw new LimberError('archive-invalid', { problem }, { cause: error });
    }
  }
}

/** Without the "./" and the "/" that are the writer's habit; throws for what would lead elsewhere. */
function pathOf(given: string): string {
  const path = given.replace(/^(\.\/+)+/, '').replace(/\/+$/, '');
  if (path === '' || path === '.') return '';
  try {
    partsOf(path);
  } catch (error) {
    const problem = `"${given}" leads out of the work folder, or is no name`;
    throw new LimberError('archive-invalid', { problem }, { cause: error });
  }
  return path;
}
