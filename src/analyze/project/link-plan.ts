import type { FileLinks } from '#analyze/links/file-links.ts';
import { findTarget } from '#analyze/links/find-target.ts';
import type { ForeignCosts } from '#analyze/links/foreign-cost.ts';
import type { Target } from '#analyze/links/project.ts';

type ProjectFile = {
  readonly at: number;
  /** As the user knows it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly links: FileLinks | undefined;
};

/** Which files call which, and in which order their costs become known. */
export class LinkPlan {
  readonly #files = new Map<string, ProjectFile>();
  readonly #links = new Map<string, FileLinks>();
  readonly #paths: readonly string[];
  /** By file: the names that lead elsewhere. */
  readonly #targets = new Map<string, ReadonlyMap<string, Target>>();

  constructor(files: readonly ProjectFile[]) {
    this.#paths = files.map(({ path }) => path);
    for (const file of files) {
      this.#files.set(file.path, file);
      if (file.links !== undefined) this.#links.set(file.path, file.links);
    }
    for (const [path, { outgoing }] of this.#links) {
      const targets = new Map<string, Target>();
      for (const name of outgoing) {
        const target = findTarget(name, path, this.#links);
        if (target !== undefined) targets.set(name, target);
      }
      this.#targets.set(path, targets);
    }
  }

  /** Files that call others, in groups: each after those that it calls, as far as circles allow. */
  waves(): number[][] {
    const levels = new Map<string, number>();
    const levelOf = (path: string): number => {
      const known = levels.get(path);
      if (known !== undefined) return known;
      // Inside a circle: what is not known yet counts as the start of it.
      levels.set(path, 0);
      const below = new Set([...(this.#targets.get(path)?.values() ?? [])].map((to) => to.path));
      const level = Math.max(-1, ...[...below].map(levelOf)) + 1;
      levels.set(path, level);
      return level;
    };
    const waves: number[][] = [];
    for (const path of this.#paths) {
      const level = levelOf(path);
      if (level > 0) (waves[level] ??= []).push(this.#files.get(path)!.at);
    }
    return waves.filter((wave) => wave.length > 0);
  }

  /** What is known by now of the functions that a file calls in others. */
  foreignOf(at: number): ForeignCosts {
    const foreign: Record<string, ForeignCosts[string]> = {};
    for (const [name, { path, exportName }] of this.#targets.get(this.#paths[at]!) ?? []) {
      const cost = this.#links.get(path)?.exports[exportName];
      if (cost) foreign[name] = { file: this.#files.get(path)!.name, cost };
    }
    return foreign;
  }

  update(at: number, links: FileLinks | undefined): void {
    if (links !== undefined) this.#links.set(this.#paths[at]!, links);
  }
}
