import type { FileLinks } from './file-links.ts';
import type { PathsOf } from './module-paths.ts';
import type { Project, Target } from './project.ts';

const MOST_PASSES = 5;

type Way = {
  readonly from: string;
  readonly project: Project;
  readonly pathsOf: PathsOf;
  readonly passes?: number;
};

/** `pkg.mod.Class.run`: the longest beginning that is a file; the rest is what it exports. */
export function throughModules(name: string, way: Way): Target | undefined {
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

/** The file of the longest beginning that is one. */
export function modulePath(
  name: string,
  given: {
    readonly from: string;
    readonly pathsOf: PathsOf;
    readonly isFile: (path: string) => boolean;
  },
): string | undefined {
  for (let cut = name.length; cut > 0; cut = name.lastIndexOf('.', cut - 1)) {
    const found = given.pathsOf(name.slice(0, cut), given.from).find(given.isFile);
    if (found !== undefined) return found;
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
  const passes = (way.passes ?? 0) + 1;
  if (passes > MOST_PASSES) return undefined;
  const dot = name.indexOf('.');
  const head = dot === -1 ? name : name.slice(0, dot);
  for (const [local, qualified] of bound) {
    if (local !== head && local !== '*') continue;
    const full = local === '*' ? `${qualified}.${name}` : qualified + name.slice(head.length);
    const found = throughModules(full, { ...way, from: path, passes });
    if (found !== undefined) return found;
  }
  return undefined;
}

function defaultOf(bound: FileLinks['bound']): string | undefined {
  return bound.find(([local]) => local === 'default')?.[1];
}
