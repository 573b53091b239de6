import { readdirSync, readFileSync, statSync } from 'node:fs';
import { globSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { LimberError } from '#model/errors.ts';
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

/** Files, folders and globs become the source files that they stand for, each once, in order. */
export function sourceFiles(paths: readonly string[]): string[] {
  const found = new Set<string>();
  for (const path of paths.flatMap(expand)) {
    const status = statOf(path);
    if (!status.isDirectory()) found.add(path);
    else for (const file of filesBelow(path, [])) found.add(file);
  }
  return [...found];
}

function expand(path: string): string[] {
  if (!/[*?[{]/.test(path) || statSync(path, { throwIfNoEntry: false }) !== undefined)
    return [path];
  return globSync(path).toSorted();
}

function statOf(path: string) {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined)
    throw new LimberError('file-unreadable', { path, problem: 'there is no such file or folder' });
  return status;
}

function* filesBelow(folder: string, above: readonly Level[]): Generator<string> {
  const levels = withOwnRules(folder, above);
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (SKIPPED.has(entry.name) || isIgnored(path, entry.isDirectory(), levels)) continue;
    if (entry.isDirectory()) yield* filesBelow(path, levels);
    else if (
      entry.isFile() &&
      languageOf(entry.name) !== 'unknown' &&
      statSync(path).size <= LARGEST_BYTES
    )
      yield path;
  }
}

function withOwnRules(folder: string, above: readonly Level[]): readonly Level[] {
  const file = join(folder, '.gitignore');
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return above;
  return [...above, { folder, rules: parseIgnoreRules(readFileSync(file, 'utf8')) }];
}

/** The nearest file that says something decides. */
function isIgnored(path: string, isFolder: boolean, levels: readonly Level[]): boolean {
  for (const { folder, rules } of levels.toReversed()) {
    const ignored = rules(relative(folder, path).split(sep).join('/'), isFolder);
    if (ignored !== undefined) return ignored;
  }
  return false;
}
