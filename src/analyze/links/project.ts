import type { FileLinks } from './file-links.ts';

/** The files of a project by absolute path. */
export type Project = ReadonlyMap<string, FileLinks>;

export type Target = { readonly path: string; readonly exportName: string };

type Index = {
  /** Who defines a name. */
  readonly definers: ReadonlyMap<string, readonly string[]>;
  /** Rust's modules by name: `stats` for `stats.rs` and `stats/mod.rs`. */
  readonly rustModules: ReadonlySet<string>;
};

const indices = new WeakMap<Project, Index>();

/** Made once: a search through every file for every call would be quadratic. */
export function indexOf(project: Project): Index {
  const known = indices.get(project);
  if (known !== undefined) return known;
  const definers = new Map<string, string[]>();
  const rustModules = new Set<string>();
  for (const [path, { exports }] of project) {
    const module = /([^/]+)(?:\/mod)?\.rs$/.exec(path)?.[1];
    if (module !== undefined) rustModules.add(module);
    for (const name of Object.keys(exports))
      if (definers.has(name)) definers.get(name)!.push(path);
      else definers.set(name, [path]);
  }
  const index = { definers, rustModules };
  indices.set(project, index);
  return index;
}
