import { accessSync, constants, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { LimberError } from '#model/errors.ts';
import { formatBytes } from '#model/quantities.ts';
import { languageOf } from '#analyze/language-of.ts';
import { parseIgnoreRules, type IgnoreRules } from './ignore-rules.ts';

/** Never code of the project's own, with or without a `.gitignore`. */
const SKIPPED = new Set([
  '.git',
  'node_modules',
  '__pycache__',
  '.venv',
  'venv',
  'target',
  'dist',
  'build',
  'vendor',
]);
const LARGEST_BYTES = 16 * 2 ** 20;

type Level = { readonly folder: string; readonly rules: IgnoreRules };

/** Told of what is below a folder and cannot be read. */
type LeftOut = (path: string, problem: string) => void;

/** Files, folders and globs become the source files that they stand for, each once, in order. */
export function sourceFiles(paths: readonly string[], leftOut: LeftOut = () => {}): string[] {
  const found = new Set<string>();
  for (const path of paths.flatMap(expand)) {
    const status = statOf(path);
    if (!status.isDirectory()) found.add(path);
    else for (const file of filesBelow(path, levelsAbove(path), leftOut)) found.add(file);
  }
  return [...found];
}

function expand(path: string): string[] {
  if (!/[*?[{]/.test(path) || statSync(path, { throwIfNoEntry: false }) !== undefined)
    return [path];
  const exclude = (name: string) => SKIPPED.has(basename(name));
  const files = globSync(path, { exclude })
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .filter((file) => languageOf(file) !== 'unknown');
  if (files.length === 0)
    throw new LimberError('file-unreadable', { path, problem: 'no source file fits this pattern' });
  return files.toSorted();
}

function statOf(path: string) {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined)
    throw new LimberError('file-unreadable', { path, problem: 'there is no such file or folder' });
  readable(path, () =>
    accessSync(path, constants.R_OK | (status.isDirectory() ? constants.X_OK : 0)),
  );
  return status;
}

function readable(path: string, read: () => void): void {
  try {
    read();
  } catch (error) {
    throw new LimberError('file-unreadable', { path, problem: problemOf(error) }, { cause: error });
  }
}

function problemOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EACCES' ? 'permission denied' : (code ?? String(error));
}

function* filesBelow(folder: string, above: readonly Level[], leftOut: LeftOut): Generator<string> {
  const levels = withOwnRules(folder, above);
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (SKIPPED.has(entry.name) || isIgnored(path, entry.isDirectory(), levels)) continue;
    if (entry.isDirectory()) {
      if (isOpen(path, leftOut)) yield* filesBelow(path, levels, leftOut);
    } else if (entry.isFile() && languageOf(entry.name) !== 'unknown') {
      if (statSync(path).size <= LARGEST_BYTES) yield path;
      else leftOut(path, `it is larger than ${formatBytes(LARGEST_BYTES)}`);
    }
  }
}

/** One folder of many that is closed is no reason to say nothing of the others. */
function isOpen(folder: string, leftOut: LeftOut): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
    return true;
  } catch (error) {
    leftOut(folder, problemOf(error));
    return false;
  }
}

/** The rules of the folders around, up to the one that holds the repository. */
function levelsAbove(folder: string): Level[] {
  const folders: string[] = [];
  for (let at = resolve(folder); !hasRepository(at); at = dirname(at)) {
    if (at === dirname(at)) return [];
    folders.unshift(dirname(at));
  }
  return folders.reduce<Level[]>((levels, each) => [...withOwnRules(each, levels)], []);
}

function hasRepository(folder: string): boolean {
  return statSync(join(folder, '.git'), { throwIfNoEntry: false }) !== undefined;
}

function withOwnRules(folder: string, above: readonly Level[]): readonly Level[] {
  const file = join(folder, '.gitignore');
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return above;
  return [...above, { folder, rules: parseIgnoreRules(readFileSync(file, 'utf8')) }];
}

/** The nearest file that says something decides. */
function isIgnored(path: string, isFolder: boolean, levels: readonly Level[]): boolean {
  for (const { folder, rules } of levels.toReversed()) {
    const ignored = rules(relative(resolve(folder), resolve(path)).split(sep).join('/'), isFolder);
    if (ignored !== undefined) return ignored;
  }
  return false;
}
