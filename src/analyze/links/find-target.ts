import { dirname, join } from 'node:path';
import type { FileLinks } from './file-links.ts';

/** The files of a project by absolute path. */
export type Project = ReadonlyMap<string, FileLinks>;

export type Target = { readonly path: string; readonly exportName: string };

const SCRIPT_ENDINGS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.jsx'];
const MOST_PASSES = 5;
const MOST_LEVELS_UP = 12;

/** The function that a name stands for in a file, when it is one of another file of the project. */
export function findTarget(name: string, from: string, project: Project): Target | undefined {
  switch (project.get(from)?.language) {
    case 'python':
      return throughModules(name, { from, project, pathsOf: pythonPaths, passes: 0 });
    case 'javascript':
    case 'typescript':
      return throughModules(name, { from, project, pathsOf: scriptPaths, passes: 0 });
    case 'go':
      return name.includes('/') ? inGoPackage(name, from, project) : inFolder(name, from, project);
    case 'java':
    case 'csharp':
    case 'c':
    case 'cpp':
      return inFolder(name, from, project) ?? onlyOne(name, from, project);
    case 'rust':
    case 'ruby':
    case 'php':
    case 'shell':
      return byName(withDots(name), from, project);
    default:
      return undefined;
  }
}

type Way = {
  readonly from: string;
  readonly project: Project;
  /** Paths at which a module of that name may lie, as seen from a file. */
  readonly pathsOf: (module: string, from: string) => readonly string[];
  readonly passes: number;
};

/** `pkg.mod.Class.run`: the longest beginning that is a file; the rest is what it exports. */
function throughModules(name: string, way: Way): Target | undefined {
  for (let cut = name.length; cut > 0; cut = name.lastIndexOf('.', cut - 1)) {
    const module = name.slice(0, cut);
    for (const path of way.pathsOf(module, way.from)) {
      if (path === way.from || !way.project.has(path)) continue;
      const found = exported(name.slice(cut + 1), path, way);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** In that file, or where that file has it from. */
function exported(wanted: string, path: string, way: Way): Target | undefined {
  const { exports, bound } = way.project.get(path)!;
  const name = wanted === '' || wanted === 'default' ? defaultOf(bound) : wanted;
  if (name === undefined) return undefined;
  for (const each of [name, `${name}.__init__`, `${name}.constructor`])
    if (Object.hasOwn(exports, each)) return { path, exportName: each };
  if (way.passes >= MOST_PASSES) return undefined;
  const dot = name.indexOf('.');
  const head = dot === -1 ? name : name.slice(0, dot);
  for (const [local, qualified] of bound) {
    if (local !== head && local !== '*') continue;
    const full = local === '*' ? `${qualified}.${name}` : qualified + name.slice(head.length);
    const found = throughModules(full, { ...way, from: path, passes: way.passes + 1 });
    if (found !== undefined) return found;
  }
  return undefined;
}

function defaultOf(bound: FileLinks['bound']): string | undefined {
  return bound.find(([local]) => local === 'default')?.[1];
}

function scriptPaths(module: string, from: string): string[] {
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
function pythonPaths(module: string, from: string): string[] {
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

function foldersAbove(from: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(from); folders.length < MOST_LEVELS_UP; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === dirname(folder)) break;
  }
  return folders;
}

/** One folder is one package in Go and Java, and what C links together as a rule. */
function inFolder(name: string, from: string, project: Project): Target | undefined {
  return definedIn(name, { from, project, isWanted: (path) => dirname(path) === dirname(from) })[0];
}

/** `example.com/shop/stock.Count`: a folder whose path ends like the import does. */
function inGoPackage(name: string, from: string, project: Project): Target | undefined {
  const dot = name.lastIndexOf('.');
  const segments = name.slice(0, dot).split('/');
  for (let first = 0; first < segments.length; first += 1) {
    const folders = new Set(
      foldersAbove(from).map((folder) => join(folder, ...segments.slice(first))),
    );
    const isWanted = (path: string) => folders.has(dirname(path));
    const [found] = definedIn(name.slice(dot + 1), { from, project, isWanted });
    if (found !== undefined) return found;
  }
  return undefined;
}

function onlyOne(name: string, from: string, project: Project): Target | undefined {
  const found = definedIn(name, { from, project, isWanted: () => true });
  return found.length === 1 ? found[0] : undefined;
}

/** `crate::stats::total`, `Stats::total`, `\\App\\Stats` with dots. */
function withDots(name: string): string {
  return name.replaceAll(/::|\\/g, '.').replace(/^\./, '');
}

/**
 * What a program loads it may call by name: the longest end of a path that a file defines. A method
 * of an unknown object is nobody's: `list.add` is no function `add`.
 */
function byName(name: string, from: string, project: Project): Target | undefined {
  const parts = name.split('.');
  const isPath = parts.length === 1 || isModulePath(parts.slice(0, -1), from, project);
  for (const length of isPath ? [2, 1] : [2]) {
    if (length > parts.length) continue;
    const end = parts.slice(-length).join('.');
    const found = inFolder(end, from, project) ?? onlyOne(end, from, project);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `stats` where the project has a `stats.rs`, or `stats/mod.rs`; `crate`, `super` and `self`. */
function isModulePath(parts: readonly string[], from: string, project: Project): boolean {
  if (project.get(from)?.language !== 'rust') return false;
  const last = parts.at(-1)!;
  if (last === 'crate' || last === 'super' || last === 'self') return true;
  return [...project.keys()].some(
    (path) => path.endsWith(`/${last}.rs`) || path.endsWith(`/${last}/mod.rs`),
  );
}

function definedIn(
  exportName: string,
  given: { from: string; project: Project; isWanted: (path: string) => boolean },
): Target[] {
  const { from, project, isWanted } = given;
  const language = project.get(from)?.language;
  return (definersIn(project).get(exportName) ?? [])
    .filter((path) => path !== from && isWanted(path))
    .filter((path) => isSame(project.get(path)!.language, language))
    .map((path) => ({ path, exportName }));
}

const definers = new WeakMap<Project, ReadonlyMap<string, readonly string[]>>();

/** Who defines a name: a search through every file for every call would be quadratic. */
function definersIn(project: Project): ReadonlyMap<string, readonly string[]> {
  const known = definers.get(project);
  if (known !== undefined) return known;
  const found = new Map<string, string[]>();
  for (const [path, { exports }] of project)
    for (const name of Object.keys(exports))
      if (found.has(name)) found.get(name)!.push(path);
      else found.set(name, [path]);
  definers.set(project, found);
  return found;
}

/** A header counts as C and may belong to C++. */
function isSame(a: string, b: string | undefined): boolean {
  return a === b || (/^c(pp)?$/.test(a) && /^c(pp)?$/.test(b ?? ''));
}
