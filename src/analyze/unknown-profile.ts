import type { AnalysisCut, ComplexityProfile } from '#model/complexity.ts';
import type { Language } from '#model/execution.ts';
import { unknownDemand } from './demand.ts';

/** The honest answer for code that cannot be read. */
export function unknownProfile({
  language,
  file,
  reason,
  cut,
}: {
  language: Language;
  file?: string | undefined;
  reason: string;
  cut?: AnalysisCut | undefined;
}): ComplexityProfile {
  return {
    ...(file === undefined ? {} : { file }),
    language,
    ...(cut === undefined ? {} : { cut }),
    coveredFraction: 0,
    score: 0,
    class: 'unknown',
    spaceClass: 'unknown',
    derivation: [reason],
    spaceDerivation: [reason],
    loops: [],
    functions: [],
    externalCalls: [],
    dataStructures: [],
    parallelism: [],
    usesRandomness: false,
    waits: false,
    demand: unknownDemand(reason),
  };
}
