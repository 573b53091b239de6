export { analyze } from '#analyze/analyze.ts';
export { languageOf } from '#analyze/language-of.ts';
export type { ComplexityProfile, FunctionProfile } from '#model/complexity.ts';
export type { RunSummary } from '#model/summary.ts';
export { LimberError } from '#model/errors.ts';
