import { dirname, join } from 'node:path';
import { foldersAbove } from './module-paths.ts';
import { indexOf, type Project, type Target } from './project.ts';

/** One folder is one package in Go and Java, and what C links together as a rule. */
export function inFolder(name: string, from: string, project: Project): Target | undefined {
  return definedIn(name, { from, project, isWanted: (path) => dirname(path) === dirname(from) })[0];
}

/** `example.com/shop/stock.Count`: a folder whose path ends like the import does. */
export function inGoPackage(name: string, from: string, project: Project): Target | undefined {
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

export function onlyOne(name: string, from: string, project: Project): Target | undefined {
  const found = definedIn(name, { from, project, isWanted: () => true });
  return found.length === 1 ? found[0] : undefined;
}

/**
 * What a program loads it may call by name: the longest end of a path that a file defines. A method
 * of an unknown object is nobody's: `list.add` is no function `add`.
 */
export function byEnd(name: string, from: string, project: Project): Target | undefined {
  const parts = withDots(name).split('.');
  const isPath = parts.length === 1 || isModulePath(parts.slice(0, -1), from, project);
  for (const length of isPath ? [2, 1] : [2]) {
    if (length > parts.length) continue;
    const end = parts.slice(-length).join('.');
    const found = inFolder(end, from, project) ?? onlyOne(end, from, project);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `crate::stats::total`, `Stats::total`, `\\App\\Stats` with dots. */
function withDots(name: string): string {
  return name.replaceAll(/::|\\/g, '.').replace(/^\./, '');
}

/** `stats` where the project has a `stats.rs`, or `stats/mod.rs`; `crate`, `super` and `self`. */
function isModulePath(parts: readonly string[], from: string, project: Project): boolean {
  if (project.get(from)?.language !== 'rust') return false;
  const last = parts.at(-1)!;
  return /^(crate|super|self)$/.test(last) || indexOf(project).rustModules.has(last);
}

function definedIn(
  exportName: string,
  given: { from: string; project: Project; isWanted: (path: string) => boolean },
): Target[] {
  const { from, project, isWanted } = given;
  const language = project.get(from)?.language;
  return (indexOf(project).definers.get(exportName) ?? [])
    .filter((path) => path !== from && isWanted(path))
    .filter((path) => isSame(project.get(path)!.language, language))
    .map((path) => ({ path, exportName }));
}

/** A header counts as C and may belong to C++. */
function isSame(a: string, b: string | undefined): boolean {
  return a === b || (/^c(pp)?$/.test(a) && /^c(pp)?$/.test(b ?? ''));
}
