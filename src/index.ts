export { analyze } from '#analyze/analyze.ts';
export { languageOf } from '#analyze/language-of.ts';
export type { ComplexityProfile, FunctionProfile } from '#model/complexity.ts';
export type { RunSummary } from '#model/summary.ts';
export { LimberError } from '#model/errors.ts';
export type { PolicyConfig } from '#decide/create-policy.ts';
export type { Policy, PolicyInput } from '#decide/policy.ts';
export type { Target } from '#model/decision.ts';
