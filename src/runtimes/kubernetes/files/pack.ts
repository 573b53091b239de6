import { readdirSync } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { create } from 'tar';
import { LimberError } from '#model/errors.ts';
import type { FileView } from '#model/launch.ts';
import { isInside, isNeverShownWhole } from '#model/shown-folders.ts';

/** A ConfigMap holds 1 MiB in all; scripts and probes have the rest. */
const MOST_PACKED_BYTES = 600 * 1024;
/** A folder larger than this is not packed only to see that it does not fit. */
const WORTH_TRYING_BYTES = 8 * 2 ** 20;

/** The work folder as one archive: in memory where it fits a ConfigMap, else as a stream to be sent. */
export type PackedFiles =
  | { readonly kind: 'packed'; readonly archive: Buffer | undefined }
  | { readonly kind: 'sent'; readonly archive: () => Readable };

/** Throws `kubernetes-unsupported` for more than `mostBytes`. */
export async function packFiles(view: FileView, mostBytes: number): Promise<PackedFiles> {
  const { currentFolder, hiddenFolders } = view;
  if (isNeverShownWhole(currentFolder) || readdirSync(currentFolder).length === 0)
    return { kind: 'packed', archive: undefined };
  // The folder may itself lie in what is hidden: then it was made to be shown.
  const hidden = hiddenFolders.filter((folder) => isInside(folder, currentFolder));
  const isShown = (path: string) => !hidden.some((folder) => isInside(path, folder));
  const bytes = await sizeOf(currentFolder, isShown, mostBytes);
  if (bytes > mostBytes) throw tooLarge(currentFolder, mostBytes);
  const archive = () => archiveOf(currentFolder, isShown);
  if (bytes > WORTH_TRYING_BYTES) return { kind: 'sent', archive };
  const packed = await gathered(archive());
  return packed.length <= MOST_PACKED_BYTES
    ? { kind: 'packed', archive: packed }
    : { kind: 'sent', archive };
}

/** The probes as the program finds them, in a folder of their own. */
export function packProbes(probesFolder: string): Promise<Buffer> {
  return gathered(pack(probesFolder, () => true, 'probes'));
}

function archiveOf(folder: string, isShown: (path: string) => boolean): Readable {
  return pack(folder, isShown);
}

/** What is in the folder, and not the folder itself: nobody inside may change that. */
function pack(folder: string, isShown: (path: string) => boolean, prefix?: string): Readable {
  const filter = (path: string): boolean => isShown(join(folder, path));
  const options = { gzip: true, portable: true, cwd: folder, filter, ...(prefix && { prefix }) };
  // A name that begins with @ would be an archive to take over. Source: the `tar` package.
  const names = readdirSync(folder).map((name) => `./${name}`);
  return create(options, names) as unknown as Readable;
}

async function gathered(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Stops counting above `enough`. */
async function sizeOf(
  folder: string,
  isShown: (path: string) => boolean,
  enough: number,
): Promise<number> {
  let bytes = 0;
  for await (const entry of await opendir(folder, { recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !isShown(path)) continue;
    bytes += (await stat(path)).size;
    if (bytes > enough) return bytes;
  }
  return bytes;
}

function tooLarge(folder: string, mostBytes: number): LimberError {
  return new LimberError('kubernetes-unsupported', {
    problem: `sends the current folder to the pod, and ${folder} holds more than ${mostBytes} bytes`,
    hint: 'Run it from a smaller folder, or raise kubernetes.filesBytes in the configuration.',
  });
}
