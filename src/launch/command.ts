import { existsSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { LimberError } from '#model/errors.ts';
import type { Submission } from '#model/execution.ts';
import { isInside, isNeverShownWhole } from '#model/shown-folders.ts';
import type { Caller, Executable } from './caller.ts';
import { findPython } from './python.ts';
import { candidates, kindOf, pathFolders } from './search-path.ts';
import { readShebang } from './shebang.ts';
import { isSystemPath, toolFoldersOf } from './tool-folders.ts';

type Place = Pick<Submission, 'currentFolder' | 'rootfs' | 'pod' | 'machine'>;

/** `make` through PATH, `./a.out` from the current folder. Not found is 127, not executable 126. */
export function findCommand(argv: readonly string[], place: Place, caller: Caller): Executable {
  const [command = ''] = argv;
  // What an image has shows when it runs.
  if (place.pod ?? place.machine) return { argv: [command], folders: [], pathFolders: [] };
  if (place.rootfs !== undefined) return findInRootfs(command, place.rootfs);
  if (command.includes('/')) return atPath(command, place, caller);
  const folders = pathFolders(caller.env['PATH']);
  const [found] = candidates(command, folders);
  if (found !== undefined)
    return isShim(found) ? behindShim(command, place, caller) : atFound(found, command, caller);
  const blocked = folders.some((folder) => kindOf(join(folder, command)) === 'not-executable');
  if (blocked) throw new LimberError('command-not-executable', { command });
  throw notFound(command, hintFor(command));
}

function atPath(command: string, { currentFolder }: Place, caller: Caller): Executable {
  const path = resolve(currentFolder, command);
  const kind = kindOf(path);
  if (kind === 'absent')
    throw notFound(command, 'Check the path; it starts in the current folder.');
  if (kind === 'not-executable') throw new LimberError('command-not-executable', { command });
  // Below the current folder it is seen as part of that, by the name that the user gave it.
  const isViewed = isInside(path, currentFolder) && !isNeverShownWhole(currentFolder);
  const folders = [
    ...(isViewed ? [] : toolFoldersOf(path, caller.env)),
    ...interpreterFolders(path, caller),
  ];
  return { argv: [isViewed ? command : path], folders, pathFolders: [] };
}

function atFound(path: string, command: string, caller: Caller): Executable {
  const real = basename(realpathSync(path));
  return {
    argv: [command],
    folders: [
      ...toolFoldersOf(path, caller.env),
      ...interpreterFolders(path, caller),
      ...(real === 'rustup' ? [rustupHome(caller)] : []),
    ],
    pathFolders: [dirname(path)],
    ...(real === 'rustup' && { env: { RUSTUP_HOME: rustupHome(caller) } }),
  };
}

/** rustup's cargo and rustc are links to one program that finds the real ones in its home. */
function rustupHome({ env }: Caller): string {
  return env['RUSTUP_HOME'] || join(env['HOME'] || '/root', '.rustup');
}

/** A script outside the system (a pipx tool) names an interpreter that must be visible as well. */
function interpreterFolders(path: string, caller: Caller): readonly string[] {
  const interpreter = readShebang(path)?.words[0];
  if (interpreter === undefined || isSystemPath(interpreter)) return [];
  return toolFoldersOf(interpreter, caller.env);
}

/** pyenv puts a shell script for every tool of every version on PATH. */
function isShim(path: string): boolean {
  const folder = dirname(path);
  return basename(folder) === 'shims' && existsSync(join(dirname(folder), 'versions'));
}

function behindShim(command: string, place: Place, caller: Caller): Executable {
  const python = findPython(place.currentFolder, caller);
  const path = python && join(dirname(python.argv[0] ?? ''), command);
  if (!path || kindOf(path) !== 'executable')
    throw notFound(command, 'The Python version in use does not have it (see `pyenv which`).');
  return { ...python, argv: [command] };
}

/** Absolute links of the root file system start at its own root. */
function findInRootfs(command: string, rootfs: string): Executable {
  const paths = command.includes('/')
    ? [command]
    : pathFolders(undefined).map((folder) => join(folder, command));
  // A relative path may lie in the current folder, which only exists inside.
  if (command.includes('/') && !command.startsWith('/'))
    return { argv: [command], folders: [], pathFolders: [] };
  const found = paths.find((path) => existsInRootfs(rootfs, path));
  if (found === undefined)
    throw notFound(command, `The root file system ${rootfs} does not have it.`);
  return { argv: [command], folders: [], pathFolders: [dirname(found)] };
}

function existsInRootfs(rootfs: string, path: string): boolean {
  const parts = path.split('/').filter(Boolean);
  let at = '/';
  for (let step = 0; parts.length > 0; step++) {
    const next = join(at, parts.shift()!);
    const target = linkTarget(rootfs + next);
    if (step > 40) return false;
    if (target === undefined) at = next;
    else parts.unshift(...resolve(at, target).split('/').filter(Boolean));
    if (target !== undefined) at = '/';
  }
  return existsSync(rootfs + at);
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    // EINVAL: it is no link; what is missing shows at the end of the walk.
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

export function notFound(command: string, hint: string): LimberError {
  return new LimberError('command-not-found', { command, hint });
}

const PACKAGES: Readonly<Record<string, string>> = {
  python3: 'python3',
  python: 'python-is-python3',
  node: 'nodejs',
  npm: 'npm',
  java: 'default-jre-headless',
  gcc: 'gcc',
  cc: 'gcc',
  'g++': 'g++',
  make: 'make',
  git: 'git',
  curl: 'curl',
  ruby: 'ruby',
  php: 'php-cli',
  go: 'golang-go',
};

export function hintFor(command: string): string {
  const name = PACKAGES[command];
  return name === undefined
    ? 'Install it, or give its path.'
    : `Install it, for example with: apt-get install ${name}`;
}
