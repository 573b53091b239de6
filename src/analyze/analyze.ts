import type { ComplexityProfile } from '#model/complexity.ts';
import type { Language } from '#model/execution.ts';
import type { AnalyzeInput } from './analyze-input.ts';
import { Deadline } from './deadline.ts';
import { find } from './findings.ts';
import { specOf } from './languages/registry.ts';
import type { LanguageSpec } from './languages/language-spec.ts';
import { linksOf, type FileLinks } from './links/file-links.ts';
import { foreignCost } from './links/foreign-cost.ts';
import { NOTHING_FOREIGN, type Foreign } from './links/foreign.ts';
import { measure, surveyed, type Surveyed } from './measure.ts';
import { profileOf } from './profile.ts';
import { loadGrammar } from './syntax/grammar.ts';
import { parse } from './syntax/parse.ts';
import { unknownProfile } from './unknown-profile.ts';

const DEFAULT_DEADLINE_MS = 3000;

const ALONE = { foreign: NOTHING_FOREIGN, deadlineOf: inMilliseconds, isAlone: true };

/**
 * Static complexity of one source: parse → outline → survey → features → profile.
 * Never throws: what cannot be read gives the `unknown` profile, whose derivation says why.
 */
export async function analyze(input: AnalyzeInput): Promise<ComplexityProfile> {
  return (await read(input, ALONE)).profile;
}

export type LinkedAnalysis = { readonly profile: ComplexityProfile; readonly links?: FileLinks };

/** The same for a file of a project: what it calls elsewhere costs and does what is known of it. */
export async function analyzeLinked(
  input: AnalyzeInput,
  foreign: Foreign = NOTHING_FOREIGN,
  { deadlineOf = inMilliseconds, ...reading }: Partial<Reading> = {},
): Promise<LinkedAnalysis> {
  return read(input, { ...reading, foreign, deadlineOf, isAlone: false });
}

type Reading = {
  readonly deadlineOf: (milliseconds: number) => Deadline;
  /** What was kept of it before: it is not parsed again then. */
  readonly known: Surveyed | undefined;
  /** Is given what was read of it as a whole. */
  readonly keep: (surveyed: Surveyed) => void;
};

type Surroundings = Partial<Reading> & {
  readonly foreign: Foreign;
  readonly deadlineOf: (milliseconds: number) => Deadline;
  readonly isAlone: boolean;
};

function inMilliseconds(milliseconds: number): Deadline {
  return new Deadline(milliseconds);
}

async function read(input: AnalyzeInput, around: Surroundings): Promise<LinkedAnalysis> {
  const { source, language, file } = input;
  const spec = specOf(language);
  if (spec === undefined)
    return { profile: unknownProfile({ language, file, reason: reasonUnread(language) }) };
  if (source.includes('\0'))
    return {
      profile: unknownProfile({ language, file, reason: 'it is no text: it has zero bytes' }),
    };
  try {
    return await readKnown(input, spec, around);
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

async function readKnown(
  { source, language, file, deadlineMs, weights }: AnalyzeInput,
  spec: LanguageSpec,
  { foreign, deadlineOf, isAlone, known, keep }: Surroundings,
): Promise<LinkedAnalysis> {
  const grammar = await loadGrammar(spec, file);
  const deadline = deadlineOf(deadlineMs ?? DEFAULT_DEADLINE_MS);
  const parsed = known?.parsed ?? parse({ text: source, grammar, deadline });
  if (parsed === undefined) {
    const reason = 'parsing took longer than the deadline allows';
    return { profile: unknownProfile({ language, file, reason, cut: deadline.cut }) };
  }
  const code = known ?? surveyed(parsed, spec, deadline);
  if (deadline.cut === undefined) keep?.(code);
  const measured = measure(code, deadline, foreignCost(foreign.calls));
  const findings = find(measured, { foreign, file, weights });
  const profile = profileOf({ parsed, measured, findings, file, weights });
  const links = isAlone ? {} : { links: linksOf(measured, findings) };
  const { cut } = deadline;
  return { profile: cut === undefined ? profile : { ...profile, cut }, ...links };
}
