import type { ComplexityProfile } from '#model/complexity.ts';
import type { Language } from '#model/execution.ts';
import type { AnalyzeInput } from './analyze-input.ts';
import { Deadline } from './deadline.ts';
import { specOf } from './languages/registry.ts';
import type { LanguageSpec } from './languages/language-spec.ts';
import { linksOf, type FileLinks } from './links/file-links.ts';
import { foreignCost, type ForeignCosts } from './links/foreign-cost.ts';
import { measure } from './measure.ts';
import { profileOf } from './profile.ts';
import { loadGrammar } from './syntax/grammar.ts';
import { parse } from './syntax/parse.ts';
import { unknownProfile } from './unknown-profile.ts';

const DEFAULT_DEADLINE_MS = 3000;

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
  deadlineOf: (milliseconds: number) => Deadline = (milliseconds) => new Deadline(milliseconds),
): Promise<LinkedAnalysis> {
  const { source, language, file } = input;
  const spec = specOf(language);
  if (spec === undefined)
    return { profile: unknownProfile({ language, file, reason: reasonUnread(language) }) };
  if (source.includes('\0'))
    return {
      profile: unknownProfile({ language, file, reason: 'it is no text: it has zero bytes' }),
    };
  try {
    return await analyzeKnown(input, spec, { foreign, deadlineOf });
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
  given: { foreign: ForeignCosts; deadlineOf: (milliseconds: number) => Deadline },
): Promise<LinkedAnalysis> {
  const grammar = await loadGrammar(spec, file);
  const deadline = given.deadlineOf(deadlineMs ?? DEFAULT_DEADLINE_MS);
  const parsed = parse({ text: source, grammar, deadline });
  if (parsed === undefined) {
    const reason = 'parsing took longer than the deadline allows';
    return { profile: unknownProfile({ language, file, reason, cut: deadline.cut }) };
  }
  const measured = measure(parsed, spec, deadline, foreignCost(given.foreign));
  const profile = profileOf({ parsed, measured, file, weights });
  deadline.begin('links');
  const links = linksOf(measured);
  const { cut } = deadline;
  return { profile: cut === undefined ? profile : { ...profile, cut }, links };
}
