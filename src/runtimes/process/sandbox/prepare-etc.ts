import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { identityFiles } from './identity-files.ts';
import { ETC_ENTRIES } from './system-view-etc.ts';

const WORLD_READABLE = 0o004;

/**
 * A copy of the chosen parts of /etc that everybody may read, made once per machine and again when
 * one of them changed: a single mount instead of one per entry. Its names and users are those of an
 * instance without a network. Returns its path. Older copies stay, for sandboxes that show them, until the
 * restart that empties the runtime folder.
 */
export function prepareEtc(runtimeFolder: string, etc = '/etc'): string {
  const entries = ETC_ENTRIES.filter((name) => existsSync(join(etc, name)));
  const folder = join(runtimeFolder, `etc-${stateOf(etc, entries)}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o755 });
  for (const name of entries) copy(join(etc, name), join(draft, name));
  for (const [name, text] of identityFiles())
    writeFileSync(join(draft, name), text, { mode: 0o644 });
  publish(draft, folder);
  return folder;
}

/** Changes when an entry, or what a link leads to, was replaced or written. */
function stateOf(etc: string, entries: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(identityFiles()));
  for (const name of entries) {
    const { mtimeMs, ino, size } = statSync(join(etc, name));
    hash.update(`${name}\0${mtimeMs}\0${ino}\0${size}\0`);
  }
  return hash.digest('hex').slice(0, 16);
}

function copy(from: string, to: string): void {
  const stat = lstatSync(from);
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
  if (stat.isSymbolicLink()) return copyLink(from, to);
  if ((stat.mode & WORLD_READABLE) === 0) return;
  if (stat.isFile()) copyFileSync(from, to);
  if (!stat.isDirectory()) return;
  mkdirSync(to, { recursive: true, mode: 0o755 });
  for (const name of readdirSync(from)) copy(join(from, name), join(to, name));
}

/** Out of /etc into the system a link stays one; within /etc its target may not have been chosen. */
function copyLink(from: string, to: string): void {
  if (!existsSync(from)) return;
  const real = realpathSync(from);
  if (/^\/(usr|opt|nix\/store|gnu\/store)\//.test(real)) symlinkSync(readlinkSync(from), to);
  else if (existsSync(join(dirname(to), readlinkSync(from)))) symlinkSync(readlinkSync(from), to);
  else copy(real, to);
}

/** Another process may have been faster, with the same content. */
function publish(draft: string, folder: string): void {
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true, force: true });
  }
}
