import { dirname, join } from 'node:path';

const SCRIPT_ENDINGS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.jsx'];
const MOST_LEVELS_UP = 12;

/** Paths at which a module of that name may lie, as seen from a file. */
export type PathsOf = (module: string, from: string) => readonly string[];

export function scriptPaths(module: string, from: string): string[] {
  if (!/^\.{1,2}\//.test(module)) return [];
  const path = join(dirname(from), module);
  const withoutEnding = path.replace(/\.[mc]?js$/, '');
  return [
    path,
    ...SCRIPT_ENDINGS.map((ending) => withoutEnding + ending),
    ...SCRIPT_ENDINGS.map((ending) => join(path, `index${ending}`)),
  ];
}

/** `from . import x` and `from ..x` both begin with two dots: both are tried. */
export function pythonPaths(module: string, from: string): string[] {
  const [, dots = '', rest = ''] = /^(\.*)(.*)$/s.exec(module) ?? [];
  const inner = join(...rest.split('.'));
  const folders =
    dots === ''
      ? foldersAbove(from).flatMap((folder) => [folder, join(folder, 'src')])
      : [dots.length, dots.length - 1]
          .filter((levels) => levels > 0)
          .map((levels) => join(dirname(from), ...Array.from({ length: levels - 1 }, () => '..')));
  return folders.flatMap((folder) => [
    join(folder, `${inner}.py`),
    join(folder, inner, '__init__.py'),
  ]);
}

export function foldersAbove(from: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(from); folders.length < MOST_LEVELS_UP; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === dirname(folder)) break;
  }
  return folders;
}
