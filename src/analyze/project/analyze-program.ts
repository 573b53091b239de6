import { statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { ComplexityProfile } from '#model/complexity.ts';
import type { Language } from '#model/execution.ts';
import type { LinkedAnalysis } from '#analyze/analyze.ts';
import type { FileLinks } from '#analyze/links/file-links.ts';
import { findModule } from '#analyze/links/find-target.ts';
import type { ScoreWeights } from '#analyze/score.ts';
import { Crew } from './crew.ts';
import { linkFiles } from './link-files.ts';

const MOST_FILES = 32;
const MOST_BYTES = 512 * 1024;
/** A start waits for this: what is not reached so long after the first file was read is left out. */
const MOST_MS = 250;

export type Program = {
  /** Where it begins. */
  readonly path: string;
  readonly language: Language;
  /** Of the score's factors. */
  readonly weights: ScoreWeights;
};

/**
 * One program by its first file. What it imports from its own folder and below (Python, JavaScript,
 * TypeScript) counts with it, up to a fixed number, size and time.
 */
export async function analyzeProgram({
  path,
  language,
  weights,
}: Program): Promise<ComplexityProfile> {
  const crew = new Crew(MOST_FILES, 1);
  const paths = [path];
  const analyses: LinkedAnalysis[] = [];
  const taskOf = (at: number) => ({
    path: paths[at]!,
    weights,
    ...(at === 0 && { language }),
  });
  const folder = new ProgramFolder(path);
  let untilMs = Number.POSITIVE_INFINITY;
  for (let at = 0; at < paths.length; at += 1) {
    if (performance.now() > untilMs) break;
    const [analysis] = await crew.run([taskOf(at)], () => {});
    analyses.push(analysis!);
    // Without the first, which loads what all are read with.
    if (at === 0) untilMs = performance.now() + MOST_MS;
    if (analysis!.links !== undefined) paths.push(...folder.newIn(paths[at]!, analysis!.links));
  }
  paths.length = analyses.length;
  if (paths.length > 1) await linkFiles(analyses, { paths, crew, taskOf });
  return analyses[0]!.profile;
}

/** Which files of the program are not known yet, as long as there are few and small ones. */
class ProgramFolder {
  readonly #first: string;
  readonly #known: Set<string>;
  #bytesLeft = MOST_BYTES;

  constructor(first: string) {
    this.#first = first;
    this.#known = new Set([resolve(first)]);
  }

  /** Named as the first one is. */
  newIn(from: string, { bound, language }: FileLinks): string[] {
    const found: string[] = [];
    for (const [, qualified] of bound) {
      const path = findModule(qualified, resolve(from), { language, isFile: this.#isWithin });
      if (path === undefined || this.#known.has(path) || this.#known.size >= MOST_FILES) continue;
      const size = statSync(path).size;
      if (size > this.#bytesLeft) continue;
      this.#bytesLeft -= size;
      this.#known.add(path);
      found.push(join(dirname(this.#first), relative(dirname(resolve(this.#first)), path)));
    }
    return found;
  }

  #isWithin = (path: string): boolean =>
    path.startsWith(dirname(resolve(this.#first)) + sep) &&
    statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
