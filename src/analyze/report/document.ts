import type { ComplexityProfile } from '#model/complexity.ts';

export const SCHEMA = 'limber.analyze/v1';

/** The document of `--format json`: one profile at the top level, several under `files`. */
export type AnalyzeDocument =
  | ({ readonly schema: typeof SCHEMA } & ComplexityProfile)
  | { readonly schema: typeof SCHEMA; readonly files: readonly ComplexityProfile[] };

export function analyzeDocument(profiles: readonly ComplexityProfile[]): AnalyzeDocument {
  const [only] = profiles;
  if (profiles.length === 1 && only !== undefined) return { schema: SCHEMA, ...only };
  return { schema: SCHEMA, files: profiles };
}

export function reportJson(profiles: readonly ComplexityProfile[]): string {
  return `${JSON.stringify(analyzeDocument(profiles), null, 2)}\n`;
}
