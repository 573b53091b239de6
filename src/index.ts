import { analyze as analyzeSource } from '#analyze/analyze.ts';
import type { AnalyzeInput } from '#analyze/analyze-input.ts';
import type { ComplexityProfile } from '#model/complexity.ts';

/**
 * Static complexity of one source; never throws. Its type stands here so that the compiler of whoever
 * imports Limber need not read those of the parser.
 */
export const analyze: (input: AnalyzeInput) => Promise<ComplexityProfile> = analyzeSource;
export type { AnalyzeInput } from '#analyze/analyze-input.ts';
export { languageOf } from '#analyze/language-of.ts';
export type { ComplexityProfile, FunctionProfile } from '#model/complexity.ts';
export type { RunSummary } from '#model/summary.ts';
export { LimberError } from '#model/errors.ts';
export type { PolicyConfig } from '#decide/create-policy.ts';
export type { Policy, PolicyInput } from '#decide/policy.ts';
export type { Target } from '#model/decision.ts';
