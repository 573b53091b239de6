import type { ComplexityProfile } from '#model/complexity.ts';
import type { Language } from '#model/execution.ts';
import { deadlineIn } from './deadline.ts';
import { specOf } from './languages/registry.ts';
import type { LanguageSpec } from './languages/language-spec.ts';
import { profileOf } from './profile.ts';
import { loadGrammar } from './syntax/grammar.ts';
import { parse } from './syntax/parse.ts';
import { unknownProfile } from './unknown-profile.ts';

const DEFAULT_DEADLINE_MS = 3000;

export type AnalyzeInput = {
  readonly source: string;
  readonly language: Language;
  /** Shown in the profile; a `.tsx` name selects the grammar with JSX. */
  readonly file?: string;
  /** After this much work the profile covers what was read so far. */
  readonly deadlineMs?: number;
};

/**
 * Static complexity of one source: parse → outline → survey → features → profile.
 * Never throws: what cannot be read gives the `unknown` profile, whose derivation says why.
 */
export async function analyze(input: AnalyzeInput): Promise<ComplexityProfile> {
  const { language, file } = input;
  const spec = specOf(language);
  if (spec === undefined)
    return unknownProfile({ language, file, reason: `${language} is run but not read` });
  try {
    return await analyzeKnown(input, spec);
  } catch (error) {
    const reason = `the analysis stopped: ${error instanceof Error ? error.message : String(error)}`;
    return unknownProfile({ language, file, reason });
  }
}

async function analyzeKnown(input: AnalyzeInput, spec: LanguageSpec): Promise<ComplexityProfile> {
  const { source, language, file } = input;
  const grammar = await loadGrammar(spec, file);
  const deadline = deadlineIn(input.deadlineMs ?? DEFAULT_DEADLINE_MS);
  const parsed = parse({ text: source, grammar, deadline });
  if (parsed === undefined)
    return unknownProfile({
      language,
      file,
      reason: 'parsing took longer than the deadline allows',
    });
  return profileOf({ parsed, spec, file });
}
