import type { ComplexityProfile } from '#model/complexity.ts';
import type { Language } from '#model/execution.ts';
import type { ScoreWeights } from '#analyze/score.ts';
import { openCache, trimCache } from './cache.ts';
import { Crew } from './crew.ts';
import { linkFiles } from './link-files.ts';

export type AnalyzeFilesOptions = {
  readonly language?: Language | undefined;
  /** Called after each file, for a line of progress. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly threads?: number;
  /** Of the score's factors; the documented ones, where absent. */
  readonly weights?: ScoreWeights;
  /** Where analyses are kept by content. */
  readonly cacheFolder?: string | undefined;
};

/**
 * Many files, in worker threads where that pays; profiles come in the order of the files. Files that
 * call others are looked at again once what is in those is known, callees first.
 */
export async function analyzeFiles(
  paths: readonly string[],
  options: AnalyzeFilesOptions = {},
): Promise<ComplexityProfile[]> {
  const { language, cacheFolder, weights } = options;
  const cache = cacheFolder === undefined ? undefined : openCache(cacheFolder);
  const crew = new Crew(paths.length, options.threads);
  let done = 0;
  try {
    const tasks = paths.map((path) => ({ path, language, cache, weights }));
    const analyses = await crew.run(tasks, () => options.onProgress?.((done += 1), paths.length));
    if (paths.length > 1) await linkFiles(analyses, { paths, crew, taskOf: (at) => tasks[at]! });
    if (cache !== undefined) await trimCache(cache);
    return analyses.map(({ profile }) => profile);
  } finally {
    await crew.close();
  }
}
