import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isInside, isNeverShownWhole } from '#model/shown-folders.ts';
import type { Caller } from './caller.ts';

/** What every sandbox shows of the host. */
const SYSTEM = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/opt'],
  ...['/nix/store', '/gnu/store'],
];

export function isSystemPath(path: string): boolean {
  return SYSTEM.some((folder) => isInside(path, folder));
}

/**
 * The host folders that an executable outside the system folders needs, and nothing above them: its
 * installation where it has one, else the folder or only the file. The same for what it links to.
 */
export function toolFoldersOf(path: string, env: Caller['env']): readonly string[] {
  const real = existsSync(path) ? realpathSync(path) : path;
  return [...new Set([path, real].flatMap((place) => foldersAround(place, env)))];
}

function foldersAround(path: string, env: Caller['env']): readonly string[] {
  if (isSystemPath(path)) return [];
  const folder = dirname(path);
  const prefix = dirname(folder);
  if (/^s?bin$/.test(basename(folder)) && isInstallation(prefix) && !isTooBroad(prefix, env))
    return [prefix, ...baseOfVenv(prefix, env)];
  return [isTooBroad(folder, env) ? path : folder];
}

function isInstallation(prefix: string): boolean {
  return ['lib', 'libexec', 'pyvenv.cfg'].some((name) => existsSync(join(prefix, name)));
}

/** `home = /root/.pyenv/versions/3.12.1/bin` names the interpreter that a venv was made from. */
function baseOfVenv(prefix: string, env: Caller['env']): readonly string[] {
  const path = join(prefix, 'pyvenv.cfg');
  if (!existsSync(path)) return [];
  const home = /^home\s*=\s*(\/.*)$/m.exec(readFileSync(path, 'utf8'))?.[1]?.trim();
  return home === undefined ? [] : foldersAround(join(home, 'python3'), env);
}

/** Folders with more in them than tools: homes, their settings, tops of the file system, /tmp. */
export function isTooBroad(folder: string, env: Caller['env']): boolean {
  const home = env['HOME'] || '/root';
  const settings = [join(home, '.local'), join(home, '.config'), join(home, '.cache')];
  const isTop = folder.split('/').length <= 2;
  return isTop || isNeverShownWhole(folder) || isInside(home, folder) || settings.includes(folder);
}
