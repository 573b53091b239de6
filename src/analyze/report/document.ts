import type { ComplexityProfile } from '#model/complexity.ts';

export const SCHEMA = 'limber.analyze/v1';

/**
 * What of a profile is published. Sites and the order of calls are for the loop, which looks ahead
 * with them: they change with what it can use, and no reader of a report has asked for them.
 */
type PublishedProfile = Omit<ComplexityProfile, 'sites' | 'functionOrder'>;

/** The document of `--format json`: one profile at the top level, several under `files`. */
export type AnalyzeDocument =
  | ({ readonly schema: typeof SCHEMA } & PublishedProfile)
  | { readonly schema: typeof SCHEMA; readonly files: readonly PublishedProfile[] };

export function analyzeDocument(profiles: readonly ComplexityProfile[]): AnalyzeDocument {
  const published = profiles.map(publishedProfile);
  const [only] = published;
  if (published.length === 1 && only !== undefined) return { schema: SCHEMA, ...only };
  return { schema: SCHEMA, files: published };
}

function publishedProfile({
  sites: _sites,
  functionOrder: _functionOrder,
  ...published
}: ComplexityProfile): PublishedProfile {
  return published;
}

export function reportJson(profiles: readonly ComplexityProfile[]): string {
  return `${JSON.stringify(analyzeDocument(profiles), null, 2)}\n`;
}
