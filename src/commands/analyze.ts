import { readFileSync, statSync } from 'node:fs';
import { analyze } from '#analyze/analyze.ts';
import { languageOf } from '#analyze/language-of.ts';
import { analyzeText } from '#cli/analyze-text.ts';
import type { AnalyzeOptions } from '#cli/handlers.ts';
import { styleFor } from '#cli/style.ts';
import { LimberError } from '#model/errors.ts';

/** `limber analyze FILE`: what the code looks like, before it runs. */
export async function analyzeCommand({ path, format }: AnalyzeOptions): Promise<number> {
  const source = readSource(path);
  const profile = await analyze({ source, language: languageOf(path, source), file: path });
  const text =
    format === 'json'
      ? `${JSON.stringify(profile, null, 2)}\n`
      : analyzeText(profile, styleFor(process.stdout));
  process.stdout.write(text);
  return 0;
}

function readSource(path: string): string {
  try {
    if (statSync(path).isDirectory()) throw new Error('it is a folder; name a file');
    return readFileSync(path, 'utf8');
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new LimberError('file-unreadable', { path, problem }, { cause: error });
  }
}
