import type { ComplexityProfile } from '#model/complexity.ts';
import type { Language } from '#model/execution.ts';
import { deadlineIn } from './deadline.ts';
import { specOf } from './languages/registry.ts';
import type { LanguageSpec } from './languages/language-spec.ts';
import { linksOf, type FileLinks } from './links/file-links.ts';
import { foreignCost, type ForeignCosts } from './links/foreign-cost.ts';
import { measure } from './measure.ts';
import { profileOf } from './profile.ts';
import { loadGrammar } from './syntax/grammar.ts';
import { parse } from './syntax/parse.ts';
import type { ScoreWeights } from './score.ts';
import { unknownProfile } from './unknown-profile.ts';

const DEFAULT_DEADLINE_MS = 3000;

export type AnalyzeInput = {
  readonly source: string;
  readonly language: Language;
  /** Shown in the profile; a `.tsx` name selects the grammar with JSX. */
  readonly file?: string;
  /** Parsing, and then evaluating, stop after this time each: the profile covers what is known by then. */
  readonly deadlineMs?: number;
  /** Of the score's factors; the documented ones, where absent. */
  readonly weights?: ScoreWeights;
};

/**
 * Static complexity of one source: parse → outline → survey → features → profile.
 * Never throws: what cannot be read gives the `unknown` profile, whose derivation says why.
 */
export async function analyze(input: AnalyzeInput): Promise<ComplexityProfile> {
  return (await analyzeLinked(input)).profile;
}

export type LinkedAnalysis = { readonly profile: ComplexityProfile; readonly links?: FileLinks };

/** The same for a file of a project: what it calls elsewhere costs what is known of it. */
export async function analyzeLinked(
  input: AnalyzeInput,
  foreign: ForeignCosts = {},
): Promise<LinkedAnalysis> {
  const { language, file } = input;
  const spec = specOf(language);
  if (spec === undefined)
    return { profile: unknownProfile({ language, file, reason: reasonUnread(language) }) };
  try {
    return await analyzeKnown(input, spec, foreign);
  } catch (error) {
    const reason = `the analysis stopped: ${error instanceof Error ? error.message : String(error)}`;
    return { profile: unknownProfile({ language, file, reason }) };
  }
}

function reasonUnread(language: Language): string {
  return language === 'unknown'
    ? 'the language is not known from the name or the first line'
    : `${language} is run but not read`;
}

async function analyzeKnown(
  { source, language, file, deadlineMs, weights }: AnalyzeInput,
  spec: LanguageSpec,
  foreign: ForeignCosts,
): Promise<LinkedAnalysis> {
  const grammar = await loadGrammar(spec, file);
  const deadline = deadlineIn(deadlineMs ?? DEFAULT_DEADLINE_MS);
  const parsed = parse({ text: source, grammar, deadline });
  if (parsed === undefined) {
    const reason = 'parsing took longer than the deadline allows';
    return { profile: unknownProfile({ language, file, reason }) };
  }
  const featuresDeadline = deadlineIn(deadlineMs ?? DEFAULT_DEADLINE_MS);
  const measured = measure(parsed, spec, featuresDeadline, foreignCost(foreign));
  return { profile: profileOf({ parsed, measured, file, weights }), links: linksOf(measured) };
}
