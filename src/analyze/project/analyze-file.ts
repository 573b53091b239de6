import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ComplexityProfile } from '#model/complexity.ts';
import { LimberError } from '#model/errors.ts';
import type { Language } from '#model/execution.ts';
import { analyze } from '#analyze/analyze.ts';
import { languageOf } from '#analyze/language-of.ts';
import { notebookSource } from './notebook.ts';

const LARGEST_CACHE = 2000;
const cache = new Map<string, Promise<ComplexityProfile>>();

/** One file from disk; the same content is analysed once. Bytes that are no UTF-8 are replaced. */
export async function analyzeFile(path: string, language?: Language): Promise<ComplexityProfile> {
  const text = await readText(path);
  const notebook = path.endsWith('.ipynb') ? notebookSource(text) : undefined;
  const source = notebook?.source ?? text;
  const chosen = language ?? notebook?.language ?? languageOf(path, source);
  const key = createHash('sha256')
    .update(`${chosen} ${path.endsWith('.tsx')}\n`)
    .update(source)
    .digest('base64');
  const known = cache.get(key) ?? remember(key, analyze({ source, language: chosen, file: path }));
  return { ...(await known), file: path };
}

function remember(key: string, profile: Promise<ComplexityProfile>): Promise<ComplexityProfile> {
  if (cache.size >= LARGEST_CACHE) cache.clear();
  cache.set(key, profile);
  return profile;
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
