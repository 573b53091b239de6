import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '#config/schema.ts';
import type { ExecutionPaths } from '../executions/paths.ts';
import type { GivenArchive } from '../executions/request.ts';
import type { KeptArchives } from './kept-archives.ts';
import { unpack } from './unpack.ts';

/** Into the work folder of an execution that does not run yet. */
export async function unpackGiven(
  around: { readonly archives: KeptArchives; readonly engine: { readonly config: Config } },
  given: {
    readonly tenant: string;
    readonly archive: GivenArchive | undefined;
    readonly paths: ExecutionPaths;
  },
): Promise<void> {
  const { archive, paths } = given;
  if (!archive) return;
  const { maxUnpackedBytes: maxBytes, maxArchiveEntries: maxEntries } = around.engine.config.serve;
  const limits = { maxBytes, maxEntries };
  if ('id' in archive)
    return unpack(around.archives.use(given.tenant, archive.id), paths.work, limits);
  const path = join(paths.folder, 'archive');
  writeFileSync(path, archive.content, { mode: 0o600 });
  await unpack(path, paths.work, limits);
  rmSync(path);
}
