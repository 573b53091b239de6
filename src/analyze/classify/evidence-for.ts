import type { Language } from '#model/execution.ts';
import { Deadline } from '#analyze/deadline.ts';
import { measure, surveyed } from '#analyze/measure.ts';
import { specOf } from '#analyze/languages/registry.ts';
import { loadGrammar } from '#analyze/syntax/grammar.ts';
import { parse } from '#analyze/syntax/parse.ts';
import { evidenceOf, type Evidence } from './evidence.ts';

/** The evidence of one source, for the script that learns the weights. */
export async function evidenceFor(
  source: string,
  language: Language,
): Promise<Evidence | undefined> {
  const spec = specOf(language);
  if (spec === undefined) return undefined;
  const grammar = await loadGrammar(spec, undefined);
  const deadline = new Deadline(60_000);
  const parsed = parse({ text: source, grammar, deadline });
  return parsed === undefined
    ? undefined
    : evidenceOf(measure(surveyed(parsed, spec, deadline), deadline));
}
