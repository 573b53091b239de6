import { parseCsv } from './parse-csv.ts';
import { parseJsonl } from './parse-jsonl.ts';
import type { Trace } from './trace.ts';

/** The traces in a file, by what it looks like: JSON Lines when it begins with a brace, else CSV. */
export function parseTraces(path: string, text: string): Trace[] {
  const name = path.replace(/^.*\//, '').replace(/\.[^.]*$/, '');
  return text.trimStart().startsWith('{')
    ? parseJsonl(path, name, text)
    : parseCsv(path, name, text);
}
