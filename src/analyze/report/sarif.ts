import type { ComplexityProfile } from '#model/complexity.ts';
import { RULES, resultsOf, uriOf } from './sarif-results.ts';

const SARIF_SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** SARIF 2.1.0, for code hosts that annotate lines. What is known of a whole file stands with its artifact. */
export function reportSarif(profiles: readonly ComplexityProfile[], version: string): string {
  const driver = {
    name: 'limber',
    version,
    informationUri: 'https://www.npmjs.com/package/limber',
    rules: RULES,
  };
  const run = {
    tool: { driver },
    columnKind: 'utf16CodeUnits',
    artifacts: profiles.map(artifactOf),
    results: profiles.flatMap(resultsOf),
  };
  return `${JSON.stringify({ $schema: SARIF_SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function artifactOf(profile: ComplexityProfile) {
  const { language, coveredFraction, score, spaceClass, derivation, demand, loops } = profile;
  return {
    location: { uri: uriOf(profile) },
    ...(language === 'unknown' ? {} : { sourceLanguage: language }),
    properties: {
      coveredFraction,
      score,
      class: profile.class,
      spaceClass,
      derivation,
      demand,
      loops,
    },
  };
}
