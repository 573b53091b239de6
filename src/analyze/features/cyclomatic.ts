import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import type { Unit } from './survey.ts';

/**
 * McCabe's number as decision points + 1 (T. McCabe, A Complexity Measure, 1976). Which constructs
 * decide is the language's: each agrees with that language's established tool.
 */
export function cyclomatic(unit: Unit, spec: LanguageSpec): number {
  let decisions = 1;
  for (const role of spec.cyclomatic.counts) decisions += unit.counts.get(role) ?? 0;
  return decisions;
}
