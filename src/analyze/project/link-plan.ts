import type { FileLinks } from '#analyze/links/file-links.ts';
import { findModule, findTarget } from '#analyze/links/find-target.ts';
import type { Foreign } from '#analyze/links/foreign.ts';
import type { Target } from '#analyze/links/project.ts';

type ProjectFile = {
  readonly at: number;
  /** As the user knows it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly links: FileLinks | undefined;
};

type Ways = {
  /** By the name that leads there. */
  readonly targets: ReadonlyMap<string, Target>;
  /** By path of what is loaded: the line that does. */
  readonly loads: ReadonlyMap<string, number>;
};

const NO_LOADS: Ways['loads'] = new Map();

/** A file on the way, what it loads that is left to look at, and how many lie behind it by now. */
type Visit = { readonly path: string; readonly below: Iterator<string>; level: number };

/** Which files lead to which, and in which order what is in them becomes known. */
export class LinkPlan {
  readonly #files = new Map<string, ProjectFile>();
  readonly #links = new Map<string, FileLinks>();
  readonly #paths: readonly string[];
  readonly #ways = new Map<string, Ways>();

  constructor(files: readonly ProjectFile[]) {
    this.#paths = files.map(({ path }) => path);
    for (const file of files) {
      this.#files.set(file.path, file);
      if (file.links !== undefined) this.#links.set(file.path, file.links);
    }
    for (const [path, links] of this.#links) this.#ways.set(path, this.#waysFrom(path, links));
  }

  #waysFrom(path: string, { language, bound, outgoing }: FileLinks): Ways {
    const targets = new Map<string, Target>();
    const loads = new Map<string, number>();
    const load = (to: string | undefined, line: number) => {
      if (to !== undefined && to !== path && !loads.has(to)) loads.set(to, line);
    };
    const isFile = (file: string) => this.#links.has(file);
    for (const [, qualified, line] of bound)
      load(findModule(qualified, path, { language, isFile }), line);
    for (const [name, line] of Object.entries(outgoing)) {
      const target = findTarget(name, path, this.#links);
      if (target !== undefined) targets.set(name, target);
      else this.#objectOf(name, path, targets);
      load(target?.path, line);
    }
    return { targets, loads };
  }

  /** `clients.session` of `clients.session.get`, where that is an object that calls go out by. */
  #objectOf(name: string, path: string, targets: Map<string, Target>): void {
    const object = name.slice(0, Math.max(0, name.lastIndexOf('.')));
    if (object === '' || targets.has(object)) return;
    const target = findTarget(object, path, this.#links);
    if (target !== undefined && this.#exported(target)?.gives !== undefined)
      targets.set(object, target);
  }

  #exported({ path, exportName }: Target) {
    return this.#links.get(path)?.exports[exportName];
  }

  /** Files that lead to others, in groups: each after those that it leads to, as far as circles allow. */
  waves(): number[][] {
    const levels = this.#levels();
    const waves: number[][] = [];
    for (const path of this.#paths) {
      const level = levels.get(path)!;
      if (level > 0) (waves[level] ??= []).push(this.#files.get(path)!.at);
    }
    return waves.filter((wave) => wave.length > 0);
  }

  /** How many files lie behind each one, in a row: chains can be longer than the stack. */
  #levels(): ReadonlyMap<string, number> {
    const levels = new Map<string, number>();
    for (const start of this.#paths) {
      const way = levels.has(start) ? [] : [this.#enter(start, levels)];
      for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
        const { value: below, done } = last.below.next();
        if (done === true) {
          way.pop();
          const above = way.at(-1);
          if (above !== undefined) above.level = Math.max(above.level, last.level + 1);
          levels.set(last.path, last.level);
        } else if (levels.has(below)) last.level = Math.max(last.level, levels.get(below)! + 1);
        else way.push(this.#enter(below, levels));
      }
    }
    return levels;
  }

  /** Inside a circle: what is not known yet counts as the start of it. */
  #enter(path: string, levels: Map<string, number>): Visit {
    levels.set(path, 0);
    return { path, level: 0, below: (this.#ways.get(path)?.loads ?? NO_LOADS).keys() };
  }

  /** What is known by now of the other files that a file leads to. */
  foreignOf(at: number): Foreign {
    const ways = this.#ways.get(this.#paths[at]!);
    const calls: Record<string, Foreign['calls'][string]> = {};
    for (const [name, target] of ways?.targets ?? []) {
      const exported = this.#exported(target);
      if (exported) calls[name] = { file: this.#files.get(target.path)!.name, ...exported };
    }
    const loaded = [...(ways?.loads ?? [])].flatMap(([path, line]) => {
      const effects = this.#links.get(path)?.atLoad;
      return effects ? [{ file: this.#files.get(path)!.name, line, effects }] : [];
    });
    return { calls, loaded };
  }

  update(at: number, links: FileLinks | undefined): void {
    if (links !== undefined) this.#links.set(this.#paths[at]!, links);
  }
}
