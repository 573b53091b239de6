import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { LimberError } from '#model/errors.ts';
import type { Language } from '#model/execution.ts';
import { analyzeLinked, type LinkedAnalysis } from '#analyze/analyze.ts';
import { languageOf } from '#analyze/language-of.ts';
import { isNothingForeign, NOTHING_FOREIGN, type Foreign } from '#analyze/links/foreign.ts';
import type { Surveyed } from '#analyze/measure.ts';
import type { ScoreWeights } from '#analyze/score.ts';
import { keep, recall, type Cache } from './cache.ts';
import type { KeptSurveys } from './kept-surveys.ts';
import { notebookSource } from './notebook.ts';

export type FileTask = {
  readonly path: string;
  readonly language?: Language | undefined;
  /** What is known of other files that it leads to. */
  readonly foreign?: Foreign;
  readonly cache?: Cache | undefined;
  /** Of the score's factors. */
  readonly weights?: ScoreWeights | undefined;
  /** Of the analysis; the default, where absent. */
  readonly deadlineMs?: number;
};

/**
 * One file from disk; the same content is analysed once where there is a cache. Bytes that are no UTF-8 are
 * replaced. What is read of it is kept until it comes again with what is known of other files.
 */
export async function analyzeFile(task: FileTask, kept?: KeptSurveys): Promise<LinkedAnalysis> {
  const { path, foreign = NOTHING_FOREIGN, cache, weights, deadlineMs } = task;
  const isFirst = isNothingForeign(foreign);
  const read = isFirst ? undefined : kept?.take(path);
  const { source, language } =
    read === undefined ? await readSource(path, task.language) : sourceOf(read);
  const analyse = () =>
    analyzeLinked(
      {
        source,
        language,
        file: path,
        ...(weights && { weights }),
        ...(deadlineMs !== undefined && { deadlineMs }),
      },
      foreign,
      { known: read, ...(isFirst && kept && { keep: (code) => kept.keep(path, code) }) },
    );
  if (cache === undefined) return analyse();
  const key = createHash('sha256')
    .update(JSON.stringify([cache.fingerprint, language, path.endsWith('.tsx'), foreign, weights]))
    .update(source)
    .digest('hex');
  const known = await recall(cache, key);
  const analysis = known ?? (await analyse());
  // What was cut is not what the content gives: with more time it would be more.
  if (known === undefined && analysis.profile.cut === undefined) await keep(cache, key, analysis);
  return { ...analysis, profile: { ...analysis.profile, file: path } };
}

function sourceOf({ parsed, survey }: Surveyed): Source {
  return { source: parsed.root.source.text, language: survey.spec.language };
}

type Source = { readonly source: string; readonly language: Language };

/** The code of a file, a notebook's cells as one program, and the language that it is in. */
export async function readSource(path: string, given?: Language): Promise<Source> {
  const text = await readText(path);
  const notebook = path.endsWith('.ipynb') ? notebookSource(text) : undefined;
  const source = notebook?.source ?? text;
  return { source, language: given ?? notebook?.language ?? languageOf(path, source) };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new LimberError(
      'file-unreadable',
      { path, problem: (error as NodeJS.ErrnoException).code ?? String(error) },
      { cause: error },
    );
  }
}
